import type { CaseSummary } from '../../contracts/v1/cases.js';
import { type Desk, pollUntil } from './desk.js';
import type { Tools } from './measure.js';

/** Measured from the recovery of both partners. */
export interface Recovery {
  /** Orders in review at that time. */
  readonly waiting: number;
  /** Until both breakers were closed; null when they were not in time. */
  readonly closedAfterSeconds: number | null;
  /** Orders accepted by their last missing vote; the benchmark sends no verdicts. */
  readonly accepted: number;
  readonly firstAfterSeconds: number | null;
  readonly halfAfterSeconds: number | null;
  /** Until the last order was accepted; null when some were given up. */
  readonly lastAfterSeconds: number | null;
  /** Rate until the last acceptance. */
  readonly acceptedPerSecond: number;
  /** Orders still waiting when the benchmark gave up. */
  readonly givenUp: number;
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

/** When the later of both breakers closed; undefined while one is open. */
const closedAtMs = async (desk: Desk, sinceMs: number): Promise<number | undefined> => {
  const reports = await desk.reports(sinceMs);
  if (reports.length === 0 || reports.some(({ breaker }) => breaker !== 'closed')) return undefined;
  return Math.max(sinceMs, ...reports.map(({ breakerSince }) => Date.parse(breakerSince)));
};

const acceptedAfterMs = (closed: readonly CaseSummary[], sinceMs: number): number[] =>
  closed
    .filter(({ verdict }) => verdict === 'accept')
    .map(({ closedAt }) => Date.parse(closedAt ?? '') - sinceMs)
    .filter((afterMs) => afterMs >= 0)
    .toSorted((one, other) => one - other);

/**
 * Heals both partners and watches the waiting orders until none is left or the plan's limit passes.
 */
export const measureRecovery = async ({ plan, desk, context }: Tools): Promise<Recovery> => {
  const waiting = (await desk.cases('open')).length;
  const startedAtMs = Date.now();
  await desk.setFault('sardine', undefined);
  await desk.setFault('yleo', undefined);
  const limits = { giveUpMs: plan.giveUpSeconds * 1000, signal: context.signal };
  let breakersMs: number | undefined;
  const look = async (): Promise<true | undefined> => {
    breakersMs ??= await closedAtMs(desk, startedAtMs);
    const left = breakersMs === undefined ? waiting : (await desk.cases('open')).length;
    return left === 0 ? true : undefined;
  };
  await pollUntil(look, limits);
  const givenUp = (await desk.cases('open')).length;
  const afterMs = acceptedAfterMs(await desk.cases('closed'), startedAtMs);
  const at = (index: number): number | null => {
    const found = afterMs[index];
    return found === undefined ? null : seconds(found);
  };
  const lastMs = afterMs.at(-1) ?? 0;
  return {
    ...{ waiting, accepted: afterMs.length, givenUp },
    closedAfterSeconds: breakersMs === undefined ? null : seconds(breakersMs - startedAtMs),
    firstAfterSeconds: at(0),
    halfAfterSeconds: at(Math.floor(waiting / 2)),
    lastAfterSeconds: givenUp === 0 ? at(afterMs.length - 1) : null,
    acceptedPerSecond: lastMs > 0 ? Math.round((afterMs.length / lastMs) * 10_000) / 10 : 0,
  };
};

/** Waits until the workers report both breakers closed. Throws after the plan's limit. */
export const breakersClosed = async ({ plan, desk, context }: Tools): Promise<void> => {
  const sinceMs = Date.now();
  const limits = { giveUpMs: plan.giveUpSeconds * 1000, signal: context.signal };
  const closed = await pollUntil(() => closedAtMs(desk, sinceMs), limits);
  if (closed === undefined) throw new Error('the breakers do not close with healthy partners');
};
