import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { hasDue } from '../../db/due.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import {
  countPendingShadows,
  findShadowOrders,
  insertShadowScores,
  type NewShadowScore,
  type PendingShadow,
  postponeShadow,
  type ShadowOrder,
  takeDueShadows,
} from '../../db/shadow.js';
import type { Context } from '../context.js';
import { RulesRefused } from '../rule-sets/versions.js';
import { evaluateShadow, RuleSetChanged, type ShadowContext } from './evaluate.js';

/** Orders whose evaluation is pending, and for how many seconds the oldest one has been due. */
export const shadowBacklog = async ({
  db,
  now,
}: Context<'now'>): Promise<{ readonly pending: number; readonly oldestSeconds: number }> => {
  const { pending, oldest } = await countPendingShadows(db);
  const ageMs = oldest === null ? 0 : now.getTime() - oldest.getTime();
  return { pending, oldestSeconds: Math.max(0, ageMs / 1000) };
};

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
}

/** By type: the text of an error may hold what it failed on. */
const faultOf = (error: unknown): string => {
  if (error instanceof TemporarilyUnavailable) return 'what it needs could not be read in time';
  if (error instanceof RuleSetChanged) return 'the rules of the version have changed';
  if (error instanceof RulesRefused) return 'the rules of the version cannot be used';
  return `the order could not be evaluated (${error instanceof Error ? error.name : 'unknown'})`;
};

type Tried = NewShadowScore | { readonly pauseMs: number };

const tryOne = async (
  context: ShadowContext,
  pending: PendingShadow,
  order: ShadowOrder | undefined,
): Promise<Tried> => {
  const { transaction_id: transactionId, version, trial_id: trialId } = pending;
  try {
    if (order === undefined) throw new Error('the order has no decision');
    const score = await evaluateShadow(context, pending, order);
    return { transactionId, version, trialId, score, fault: null };
  } catch (error) {
    const pauseMs = pausesMs[pending.attempts];
    if (pauseMs !== undefined) return { pauseMs };
    return { transactionId, version, trialId, score: null, fault: faultOf(error) };
  }
};

const tryAll = async (
  context: ShadowContext,
  due: readonly PendingShadow[],
): Promise<readonly (readonly [PendingShadow, Tried])[]> => {
  const ids = due.map(({ transaction_id: id }) => id);
  const orders = new Map(
    (await findShadowOrders(context.db, ids)).map((order) => [order.transaction_id, order]),
  );
  const tried: (readonly [PendingShadow, Tried])[] = [];
  for (const pending of due) {
    tried.push([pending, await tryOne(context, pending, orders.get(pending.transaction_id))]);
    // An order that is being answered in this process goes first.
    await yieldToOthers();
  }
  return tried;
};

const store = async (
  db: Queryable,
  tried: readonly (readonly [PendingShadow, Tried])[],
  now: Date,
): Promise<ShadowBatch> => {
  const done = tried.flatMap(([, one]) => ('pauseMs' in one ? [] : [one]));
  for (const [pending, one] of tried) {
    if (!('pauseMs' in one)) continue;
    await postponeShadow(db, pending, new Date(now.getTime() + one.pauseMs));
  }
  if (done.length > 0) await insertShadowScores(db, done, now);
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

const nothing: ShadowBatch = { evaluated: 0, errored: 0, postponed: 0, failed: [] };

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
  if (!(await hasDue(context.db, 'shadow', context.now()))) return nothing;
  return inTransaction(context.db, async (db) => {
    const due = await takeDueShadows(db, context.now(), limit);
    // Read outside of this transaction, which a read that fails would end for all orders.
    const tried = await tryAll(context, due);
    return store(db, tried, context.now());
  });
};
