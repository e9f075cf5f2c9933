import { setTimeout as pause } from 'node:timers/promises';
import { answeredPercentiles, checkAccepted, type Offered, offerOrders } from '../offer-orders.js';
import type { BenchContext } from '../context.js';
import { type Call, closedLoop, openLoop } from '../load.js';
import type { Caller } from '../overload/caller.js';
import { type Percentiles, percentilesOf } from '../percentiles.js';
import { type PartTimes, perUnit, sumTimes } from '../processor-time.js';
import type { Plan, RatePlan } from './plan.js';

/** The same figure of both. */
export interface Series<T> {
  /** A bare no-op workflow on the same server, measured in turns with Verdict. */
  readonly floor: T;
  /** `POST /transaction`: the whole pipeline with two partners that answer without delay. */
  readonly verdict: T;
}

/** Answers at one rate. Orders that the API refused count in `refused` only. */
export interface RateResult {
  readonly perSecond: number;
  readonly floor: Percentiles;
  readonly verdict: Percentiles | null;
  readonly refused: number;
  /** One entry per round, to show how much the machine's pace varies. */
  readonly p50MsByRound: Series<readonly number[]>;
  /** Per answered request. */
  readonly processorMs: Series<PartTimes>;
}

/** Requests a second with callers that send their next one after each answer. */
export interface Saturation {
  readonly perSecond: Series<number>;
  /** Verdict's rate as a share of the floor's. */
  readonly ratio: number;
  readonly processorMs: Series<PartTimes>;
}

/** What the loads call, and a clock of the processor time since its last reading. */
export interface Sides {
  readonly floor: Call;
  readonly caller: Caller;
  readonly processorClock: () => PartTimes;
}

/** Work after the answer, such as telling OMS, belongs to the block that caused it. */
const afterworkMs = 1000;

const timed = async <T>(
  { processorClock }: Sides,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly used: PartTimes }> => {
  processorClock();
  const result = await work();
  await pause(afterworkMs, undefined, { signal });
  return { result, used: processorClock() };
};

/** Both sides in turns at one rate. Throws as `offerOrders` does. */
export const measureRate = async (
  sides: Sides,
  { perSecond, rounds, blockSeconds }: RatePlan,
  { signal, say }: BenchContext,
): Promise<RateResult> => {
  const load = { perSecond, seconds: blockSeconds, signal };
  const floor: { readonly result: number[]; readonly used: PartTimes }[] = [];
  const verdict: { readonly result: Offered[]; readonly used: PartTimes }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`${perSecond} a second, round ${round} of ${rounds}`);
    floor.push(await timed(sides, signal, () => openLoop(sides.floor, load)));
    verdict.push(await timed(sides, signal, () => offerOrders(sides.caller, load)));
  }
  const offered = verdict.flatMap(({ result }) => result);
  const answered = offered.filter(({ isRefused }) => !isRefused);
  const floors = floor.flatMap(({ result }) => result);
  const times = (side: readonly { readonly used: PartTimes }[]) =>
    sumTimes(side.map(({ used }) => used));
  return {
    perSecond,
    floor: percentilesOf(floors),
    verdict: answeredPercentiles(offered),
    refused: offered.length - answered.length,
    p50MsByRound: {
      floor: floor.map(({ result }) => percentilesOf(result).p50Ms),
      verdict: verdict.map(({ result }) => answeredPercentiles(result)?.p50Ms ?? 0),
    },
    processorMs: {
      floor: perUnit(times(floor), floors.length),
      verdict: perUnit(times(verdict), Math.max(1, answered.length)),
    },
  };
};

const meanOf = (values: readonly number[]): number =>
  Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10) / 10;

/** Both sides in turns, as fast as their callers can. After a 503 a caller sends again. */
export const measureSaturation = async (
  sides: Sides,
  { callers, saturation }: Plan,
  { signal, say }: BenchContext,
): Promise<Saturation> => {
  const load = { callers, seconds: saturation.blockSeconds, signal };
  const order = async () => {
    checkAccepted(await sides.caller.postUntilAnswered(sides.caller.makeOrder()));
  };
  const rates = { floor: [] as number[], verdict: [] as number[] };
  const used = { floor: [] as PartTimes[], verdict: [] as PartTimes[] };
  const counts = { floor: 0, verdict: 0 };
  const measure = async (side: keyof Series<unknown>, call: Call): Promise<void> => {
    const counted = async () => {
      await call();
      counts[side] += 1;
    };
    const block = await timed(sides, signal, () => closedLoop(counted, load));
    rates[side].push(block.result);
    used[side].push(block.used);
  };
  for (let round = 1; round <= saturation.rounds; round += 1) {
    say(`${callers} callers as fast as they can, round ${round} of ${saturation.rounds}`);
    await measure('floor', sides.floor);
    await measure('verdict', order);
  }
  const perSecond = { floor: meanOf(rates.floor), verdict: meanOf(rates.verdict) };
  return {
    perSecond,
    ratio: Math.round((perSecond.verdict / perSecond.floor) * 100) / 100,
    processorMs: {
      floor: perUnit(sumTimes(used.floor), counts.floor),
      verdict: perUnit(sumTimes(used.verdict), counts.verdict),
    },
  };
};
