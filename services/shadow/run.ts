import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { type DueRow, finishDue, postponeDue, takeDue, type TakenWork } from '../../db/due.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import {
  findShadowOrders,
  insertShadowScores,
  type NewShadowScore,
  PendingShadow,
  type ShadowOrder,
} from '../../db/shadow.js';
import { RulesRefused } from '../rule-sets/versions.js';
import { evaluateShadow, RuleSetChanged, type ShadowContext } from './evaluate.js';

/** Before the second to the fifth try: a restart, an outage, a release; then a person looks. */
const pausesMs = [2000, 15_000, 120_000, 900_000];

/** What came of one batch. */
export interface ShadowBatch {
  /** Evaluated, of which `errored` had a rule that could not be. */
  readonly evaluated: number;
  readonly errored: number;
  /** Failed, and to be tried again. */
  readonly postponed: number;
  /** Failed for the last time: a fault stands in place of the score. */
  readonly failed: readonly { readonly transactionId: string; readonly version: number }[];
  readonly hasMore: boolean;
}

/** By type: the text of an error may hold what it failed on. */
const faultOf = (error: unknown): string => {
  if (error instanceof TemporarilyUnavailable) return 'what it needs could not be read in time';
  if (error instanceof RuleSetChanged) return 'the rules of the version have changed';
  if (error instanceof RulesRefused) return 'the rules of the version cannot be used';
  return `the order could not be evaluated (${error instanceof Error ? error.name : 'unknown'})`;
};

/** What came of one evaluation, by the key of its work. */
interface Tried {
  readonly key: string;
  readonly result: NewShadowScore | { readonly pauseMs: number };
}

const tryOne = async (
  context: ShadowContext,
  pending: PendingShadow & Pick<DueRow, 'attempts'>,
  order: ShadowOrder | undefined,
): Promise<Tried['result']> => {
  const { transactionId, version, trialId } = pending;
  try {
    if (order === undefined) throw new Error('the order has no decision');
    const score = await evaluateShadow(context, pending, order);
    return { transactionId, version, trialId, score, fault: null };
  } catch (error) {
    const pauseMs = pausesMs[pending.attempts - 1];
    if (pauseMs !== undefined) return { pauseMs };
    return { transactionId, version, trialId, score: null, fault: faultOf(error) };
  }
};

const tryAll = async (
  context: ShadowContext,
  rows: readonly DueRow[],
): Promise<readonly Tried[]> => {
  const due = rows.map(({ key, attempts, details }) => ({
    key,
    attempts,
    ...PendingShadow.parse(details),
  }));
  const ids = due.map(({ transactionId }) => transactionId);
  const orders = new Map(
    (await findShadowOrders(context.db, ids)).map((order) => [order.transaction_id, order]),
  );
  const tried: Tried[] = [];
  for (const pending of due) {
    const result = await tryOne(context, pending, orders.get(pending.transactionId));
    tried.push({ key: pending.key, result });
    // An order that is being answered in this process goes first.
    await yieldToOthers();
  }
  return tried;
};

const store = async (
  db: Queryable,
  taken: TakenWork,
  { tried, now }: { readonly tried: readonly Tried[]; readonly now: Date },
): Promise<Omit<ShadowBatch, 'hasMore'>> => {
  const done: NewShadowScore[] = [];
  const finished: string[] = [];
  for (const { key, result } of tried) {
    if ('pauseMs' in result) {
      await postponeDue(db, taken, [key], new Date(now.getTime() + result.pauseMs));
    } else {
      done.push(result);
      finished.push(key);
    }
  }
  if (done.length > 0) await insertShadowScores(db, done, now);
  await finishDue(db, taken, finished);
  const scored = done.filter(({ fault }) => fault === null);
  return {
    evaluated: scored.length,
    errored: scored.filter(({ score }) => (score?.erroredRules.length ?? 0) > 0).length,
    postponed: tried.length - done.length,
    failed: done
      .filter(({ fault }) => fault !== null)
      .map(({ transactionId, version }) => ({ transactionId, version })),
  };
};

/**
 * Evaluates some of the orders that are due. Scores and what is pending change in one database
 * transaction, in which the orders are held: a crash loses none, and no two callers evaluate the
 * same. An order that fails is tried five times in all. When it throws, nothing has
 * changed.
 */
export const runDueShadows = async (
  context: ShadowContext<Pool> & { readonly now: () => Date },
  limit: number,
): Promise<ShadowBatch> => {
  return inTransaction(context.db, async (db) => {
    const taken = await takeDue(db, 'shadow', { now: context.now(), limit });
    // Read outside of this transaction, which a read that fails would end for all orders.
    const tried = await tryAll(context, taken.rows);
    const batch = await store(db, taken, { tried, now: context.now() });
    return { ...batch, hasMore: taken.rows.length === limit };
  });
};
