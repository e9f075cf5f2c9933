import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { BacktestResult, NewBacktest } from '../../contracts/v1/backtests.js';
import type { Pool } from '../../db/pool.js';
import { createBacktest } from '../../services/backtests/create.js';
import { finishBacktest, planBacktest } from '../../services/backtests/run.js';
import { readBacktest } from '../../services/backtests/read.js';
import { guard } from '../../test/support/guard.js';
import type { ShippedRules } from '../../services/rule-sets/versions.js';

/** The cost of one backtest. */
export interface BacktestRun {
  readonly orders: number;
  readonly parts: number;
  readonly planMs: number;
  readonly evaluateMs: number;
  readonly finishMs: number;
  readonly perSecond: number;
  /** Microseconds of CPU time per order, of this process with its threads. */
  readonly cpuUsPerOrder: number;
  /** Delay of the event loop beside it: 99th percentile and maximum. */
  readonly loopLateP99Ms: number;
  readonly loopLateMaxMs: number;
  readonly same: BacktestResult['sameRules'];
  readonly differing: number | null;
}

type Evaluate = (part: { backtestId: string; part: number }) => Promise<void>;

const dayMs = 86_400_000;
const nsPerMs = 1_000_000;

/** The number of slots of a worker process. */
const atOnce = 2;

const evaluateAll = async (backtestId: string, parts: number, evaluate: Evaluate) => {
  let next = 0;
  const oneByOne = async (): Promise<void> => {
    while (next < parts) await evaluate({ backtestId, part: next++ });
  };
  await Promise.all(Array.from({ length: atOnce }, oneByOne));
};

const timed = async <T>(work: () => Promise<T>): Promise<readonly [T, number]> => {
  const startMs = performance.now();
  const value = await work();
  return [value, Math.round(performance.now() - startMs)];
};

/** Runs one backtest of the shipped rules without its workflow, and measures it. */
export const runBacktest = async (
  { pool, shipped }: { readonly pool: Pool; readonly shipped: ShippedRules },
  facts: NewBacktest['facts'],
  fromDaysAgo: number,
  evaluate: Evaluate,
): Promise<BacktestRun> => {
  const now = new Date();
  const [from, to] = [now.getTime() - fromDaysAgo * dayMs, now.getTime() + dayMs];
  const asked = {
    ...{ version: 0, facts, note: 'benchmark' },
    ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
  };
  const created = await createBacktest(
    { db: pool, shipped, guard, actor: { name: 'bench' }, now },
    asked,
  );
  if (created.kind !== 'created') throw new Error(`the backtest was not created: ${created.kind}`);
  const { backtestId } = created.backtest;
  const [parts, planMs] = await timed(() => planBacktest({ db: pool }, backtestId));
  const before = process.cpuUsage();
  const late = monitorEventLoopDelay({ resolution: 1 });
  late.enable();
  const [, evaluateMs] = await timed(() => evaluateAll(backtestId, parts, evaluate));
  late.disable();
  const { user, system: kernel } = process.cpuUsage(before);
  const [, finishMs] = await timed(() => finishBacktest({ db: pool, now: new Date() }, backtestId));
  const result = (await readBacktest({ db: pool }, backtestId))?.result;
  if (!result) throw new Error('the backtest has no result');
  const tenth = (ns: number): number => Math.round((ns / nsPerMs) * 10) / 10;
  return {
    ...{ orders: result.orders, parts, planMs, evaluateMs, finishMs },
    perSecond: Math.round(result.orders / ((planMs + evaluateMs + finishMs) / 1000)),
    cpuUsPerOrder: Math.round((user + kernel) / Math.max(1, result.orders)),
    loopLateP99Ms: tenth(late.percentile(99)),
    loopLateMaxMs: tenth(late.max),
    same: result.sameRules,
    differing: result.recomputed?.differing ?? null,
  };
};
