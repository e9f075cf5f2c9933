import { setTimeout as pause } from 'node:timers/promises';
import { Agent } from 'undici';
import type { BenchContext } from './context.js';
import { type Call, closedLoop, openLoop, warmUp } from './load.js';
import { type LocalStack, programEnvironment, startLocalStack } from './local-stack.js';
import { memoryByPart, type PartMemory } from './memory.js';
import { startFloor } from './noop/floor.js';
import { createPostOrder } from './orders.js';
import { type Percentiles, percentilesOf } from './percentiles.js';

/** Duration and rate of the load. */
export interface Plan {
  readonly perSecond: number;
  readonly warmUpSeconds: number;
  /** Rounds, each with one block of the floor and one of Verdict. */
  readonly rounds: number;
  readonly blockSeconds: number;
  readonly callers: number;
  readonly saturationSeconds: number;
  /** Pause before memory is read. */
  readonly restSeconds: number;
}

export const fullPlan: Plan = {
  ...{ perSecond: 10, warmUpSeconds: 20, rounds: 4, blockSeconds: 15 },
  ...{ callers: 16, saturationSeconds: 10, restSeconds: 20 },
};

/** Proves that the benchmark runs, also on a slow machine. Its figures mean nothing else. */
export const quickPlan: Plan = {
  ...{ perSecond: 5, warmUpSeconds: 1, rounds: 2, blockSeconds: 2 },
  ...{ callers: 2, saturationSeconds: 1, restSeconds: 0 },
};

interface Series<T> {
  /** A bare no-op workflow on the same server, measured in turns with Verdict. */
  readonly floor: T;
  /** `POST /transaction`: the whole pipeline with two partners that answer without delay. */
  readonly verdict: T;
}

export interface AnswerTime {
  readonly plan: Plan;
  readonly startedInMs: number;
  readonly latency: Series<Percentiles>;
  /** One entry per round, to show how much the machine's pace varies. */
  readonly p50MsByRound: Series<readonly number[]>;
  readonly aboveFloor: { readonly p50Ms: number; readonly p95Ms: number };
  readonly perSecondSaturated: Series<number>;
  /** Verdict's saturated rate as a share of the floor's. */
  readonly saturatedRatio: number;
  readonly memory: {
    readonly byPart: readonly PartMemory[];
    readonly rssMb: number;
    readonly pssMb: number;
  };
}

const measureLatency = async (calls: Series<Call>, plan: Plan, { signal, say }: BenchContext) => {
  const { perSecond, warmUpSeconds, blockSeconds } = plan;
  say(`warming up, ${warmUpSeconds} s each`);
  await warmUp(calls.floor, { perSecond, seconds: warmUpSeconds, signal });
  await warmUp(calls.verdict, { perSecond, seconds: warmUpSeconds, signal });
  const rounds: Series<number[]>[] = [];
  for (let round = 1; round <= plan.rounds; round += 1) {
    say(`${perSecond} a second, round ${round} of ${plan.rounds}`);
    const load = { perSecond, seconds: blockSeconds, signal };
    const floor = await openLoop(calls.floor, load);
    rounds.push({ floor, verdict: await openLoop(calls.verdict, load) });
  }
  const percentilesOfAll = (side: keyof Series<unknown>) =>
    percentilesOf(rounds.flatMap((round) => round[side]));
  const p50s = (side: keyof Series<unknown>) =>
    rounds.map((round) => percentilesOf(round[side]).p50Ms);
  return {
    latency: { floor: percentilesOfAll('floor'), verdict: percentilesOfAll('verdict') },
    p50MsByRound: { floor: p50s('floor'), verdict: p50s('verdict') },
  };
};

/** As many callers as can be answered in time: only a few get a 503. */
const measureSaturation = async (
  calls: { readonly floor: Call; readonly untilAnswered: Call },
  plan: Plan,
  { signal, say }: BenchContext,
): Promise<Series<number>> => {
  const load = { callers: plan.callers, seconds: plan.saturationSeconds, signal };
  say(`${plan.callers} callers as fast as they can, ${plan.saturationSeconds} s each`);
  const floor = await closedLoop(calls.floor, load);
  return { floor, verdict: await closedLoop(calls.untilAnswered, load) };
};

const measureMemory = async (stack: LocalStack, plan: Plan, { signal, say }: BenchContext) => {
  say(`at rest for ${plan.restSeconds} s, then reading memory`);
  await pause(plan.restSeconds * 1000, undefined, { signal });
  const byPart = memoryByPart(stack.pid);
  const sum = (field: 'rssMb' | 'pssMb') =>
    Math.round(byPart.reduce((total, part) => total + part[field], 0) * 10) / 10;
  return { byPart, rssMb: sum('rssMb'), pssMb: sum('pssMb') };
};

const difference = (left: number, right: number): number => Math.round((left - right) * 10) / 10;

const measure = async (
  stack: LocalStack,
  plan: Plan,
  context: BenchContext,
): Promise<Omit<AnswerTime, 'plan' | 'startedInMs'>> => {
  const env = programEnvironment(context.env);
  const floor = await startFloor(stack.temporalAddress, env, context.signal);
  const agent = new Agent();
  const post = createPostOrder(stack, agent);
  const verdict = async () => void (await post(['accept']));
  const untilAnswered = async () => void (await post(['accept'], 'until_answered'));
  const calls = { floor: floor.call, verdict, untilAnswered };
  try {
    const measured = await measureLatency(calls, plan, context);
    const perSecondSaturated = await measureSaturation(calls, plan, context);
    const { floor: bare, verdict: whole } = measured.latency;
    return {
      ...measured,
      aboveFloor: {
        p50Ms: difference(whole.p50Ms, bare.p50Ms),
        p95Ms: difference(whole.p95Ms, bare.p95Ms),
      },
      perSecondSaturated,
      saturatedRatio:
        Math.round((perSecondSaturated.verdict / perSecondSaturated.floor) * 100) / 100,
      memory: await measureMemory(stack, plan, context),
    };
  } finally {
    await agent.destroy();
    await floor.stop();
  }
};

/**
 * The cost of one order beyond the engine itself: starts Verdict like `npm start`, measures `POST
 * /transaction` in turns with a bare workflow on the same Temporal server, then both at saturation,
 * then memory at rest. Throws when any order is not accepted; at saturation a caller retries after
 * a 503.
 */
export const answerTime = async (plan: Plan, context: BenchContext): Promise<AnswerTime> => {
  context.say('bringing up Postgres, Temporal, simulators, worker and API');
  const stack = await startLocalStack(context.env, context.signal);
  try {
    const measured = await measure(stack, plan, context);
    return { plan, startedInMs: stack.startedInMs, ...measured };
  } finally {
    context.say('stopping everything');
    await stack.stop();
  }
};
