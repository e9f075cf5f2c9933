import { createPool } from '../../db/pool.js';
import { noLookups } from '../../domain/lookups.js';
import { loadConfig } from '../../runtime/config.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { createVault } from '../../runtime/vault.js';
import { evaluatePart } from '../../services/backtests/evaluate.js';
import { readShippedRules } from '../../services/rule-sets/versions.js';
import { createBacktestThread } from '../../worker/backtest-thread.js';
import type { BenchContext } from '../context.js';
import { onPostgres } from '../on-postgres.js';
import { copyDecisions, decideOrders } from './decide-orders.js';
import type { BacktestPlan } from './plan.js';
import { type BacktestRun, runBacktest } from './run-backtest.js';

export interface BacktestBench {
  readonly startedInMs: number;
  /** In a worker thread, like the product. */
  readonly stored: BacktestRun;
  readonly recomputed: BacktestRun;
  /** Without the thread, to show what the thread is for. */
  readonly storedWithoutThread: BacktestRun;
}

/** Addresses that are never called: a backtest asks no partner. */
const environmentOf = (varDir: string, databaseUrl: string) => ({
  VAR_DIR: varDir,
  DATABASE_URL: databaseUrl,
  OMS_URL: 'http://127.0.0.1:9',
  OMS_TOKEN: 'bench',
});

const measure = async (
  plan: BacktestPlan,
  env: ReturnType<typeof environmentOf>,
  { say }: BenchContext,
): Promise<Omit<BacktestBench, 'startedInMs'>> => {
  const config = loadConfig(env);
  const pool = createPool({ databaseUrl: env.DATABASE_URL, connections: 4, timeoutMs: 600_000 });
  const shipped = readShippedRules(config.VERDICT_RULES);
  const parts = {
    ...{ db: pool, vault: createVault(config.payloadKeys), settings: config.settings },
    tokeniser: createTokeniser(config.cardKeys, config.partnerTokenKey),
    ...{ ruleSet: shipped.ruleSet, lookups: noLookups },
  };
  const thread = createBacktestThread(env);
  const { signal } = new AbortController();
  const inThread = (part: { backtestId: string; part: number }) =>
    thread.run({ name: 'evaluatePart', ...part }, signal);
  const here = (part: { backtestId: string; part: number }) =>
    evaluatePart(parts, { ...part, signal });
  try {
    say(`deciding ${plan.decided} orders`);
    await decideOrders(parts, plan.decided);
    await pool.query('vacuum analyze');
    say('trying the rules on recomputed facts');
    const recomputed = await runBacktest({ pool, shipped }, 'recomputed', 1, inThread);
    say(`copying each order ${plan.copies} times`);
    await copyDecisions(pool, { copies: plan.copies, minutesApart: 24 * 60 });
    say('trying the rules on stored facts');
    const stored = await runBacktest({ pool, shipped }, 'stored', 300, inThread);
    const storedWithoutThread = await runBacktest({ pool, shipped }, 'stored', 300, here);
    return { stored, recomputed, storedWithoutThread };
  } finally {
    await thread.close();
    await pool.end();
  }
};

/** Measures how fast a backtest evaluates stored orders. */
export const backtest = (plan: BacktestPlan, context: BenchContext): Promise<BacktestBench> =>
  onPostgres(context, ({ url, folder }) => measure(plan, environmentOf(folder, url), context));
