import { findOpenPart, savePart } from '../../db/backtest-parts.js';
import { readSourcePage } from '../../db/backtest-source.js';
import { type BacktestRow, findBacktest, findBacktestText } from '../../db/backtests.js';
import type { Pool } from '../../db/pool.js';
import { type Change, changeOf } from '../../domain/backtest/change.js';
import type { StoredOrder } from '../../domain/backtest/stored-order.js';
import type { Tried } from '../../domain/backtest/try-rules.js';
import { createTally } from '../../domain/backtest/tally.js';
import type { FactSourceDeps } from '../transactions/load-fact-source.js';
import { createEvaluator, type Evaluated } from './evaluate-order.js';
import { listPolicyVersionsOf } from './list-policies.js';
import { readRules } from './read-rules.js';

export interface PartDeps extends Omit<FactSourceDeps, 'db'> {
  readonly pool: Pool;
}

export interface PartToEvaluate {
  readonly backtestId: string;
  readonly part: number;
  /** Stops between two orders or so. */
  readonly signal: AbortSignal;
}

/** Orders read at a time: some ten megabytes. */
const pageSize = 1000;

/** Orders evaluated at once: where each waits for the database, its connections are kept busy. */
const togetherMax = 8;

/** Changed orders that a backtest lists, over all its parts; all of them are counted. */
const listedMax = 100_000;

const createCounter = (ruleSetHash: string, listedInPart: number) => {
  const tally = createTally();
  const changes: Change[] = [];
  let changed = 0;
  const note = (order: StoredOrder, tried: Tried): void => {
    tally.add(order, tried, ruleSetHash);
    const change = changeOf(order, tried);
    if (change === undefined) return;
    changed += 1;
    if (changes.length < listedInPart) changes.push(change);
  };
  return {
    add: (order: StoredOrder, { result, recomputed }: Evaluated): void => {
      if (recomputed !== undefined) tally.addRecomputed(order, recomputed);
      if ('missing' in result) tally.addNotEvaluable(result);
      else note(order, result);
    },
    addUndecided: (orders: number): void => tally.addUndecided(orders),
    result: () => ({ sums: tally.sums({ orders: changed, listed: changes.length }), changes }),
  };
};

const prepare = async (deps: PartDeps, { backtest_id: id, request }: BacktestRow) => {
  const [text, policyOf] = await Promise.all([
    findBacktestText(deps.pool, id),
    listPolicyVersionsOf(deps.pool, deps.settings),
  ]);
  const ruleSet = readRules(text ?? '');
  const rules = { ruleSet, settings: deps.settings, policyOf };
  return { ruleSet, evaluate: createEvaluator({ ...deps, db: deps.pool }, rules, request.facts) };
};

/**
 * Tries the rules of a backtest on the orders of one part and stores what they come to. May run
 * twice: a part counts once. Throws `UnreadableRules`, `TemporarilyUnavailable`, and the signal's
 * reason.
 */
export const evaluatePart = async (
  deps: PartDeps,
  { backtestId, part, signal }: PartToEvaluate,
): Promise<void> => {
  const { pool } = deps;
  const row = await findBacktest(pool, backtestId);
  const range = await findOpenPart(pool, backtestId, part);
  if (row === undefined || row.state !== 'running' || range === undefined) return;
  const { ruleSet, evaluate } = await prepare(deps, row);
  const listedInPart = Math.ceil(listedMax / Math.max(1, row.progress.total));
  const counter = createCounter(ruleSet.hash, listedInPart);
  let { after } = range;
  for (;;) {
    signal.throwIfAborted();
    const page = await readSourcePage(pool, { ...range, after }, row.request.banner, pageSize);
    counter.addUndecided(page.undecided);
    for (let at = 0; at < page.orders.length; at += togetherMax) {
      signal.throwIfAborted();
      const some = page.orders.slice(at, at + togetherMax);
      const evaluated = await Promise.all(some.map(evaluate));
      for (const [index, order] of some.entries()) {
        const one = evaluated[index];
        if (one !== undefined) counter.add(order, one);
      }
    }
    if (page.next === null) break;
    after = page.next;
  }
  await savePart(pool, backtestId, part, counter.result());
};
