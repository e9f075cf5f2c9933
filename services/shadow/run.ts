import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { type DueRow, finishDue, postponeDue, takeDue, type LeasedWork } from '../../db/due.js';
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

/**
 * Pauses before the second to fifth attempt: a restart, an outage, a release. After the fifth, a
 * person has to act.
 */
const pausesMs = [2000, 15_000, 120_000, 900_000];

/** The result of one batch. */
export interface ShadowBatch {
  /** Evaluated orders; in `errored` of them a rule could not be evaluated. */
  readonly evaluated: number;
  readonly errored: number;
  /** Failed evaluations that will be retried. */
  readonly postponed: number;
  /** Evaluations that failed for the last time: stored with a fault instead of a score. */
  readonly failed: readonly { readonly transactionId: string; readonly version: number }[];
  readonly hasMore: boolean;
}

/** By type, since an error's message may hold personal data. */
const faultOf = (error: unknown): string => {
  if (error instanceof TemporarilyUnavailable) return 'what it needs could not be read in time';
  if (error instanceof RuleSetChanged) return 'the rules of the version have changed';
  if (error instanceof RulesRefused) return 'the rules of the version cannot be used';
  return `the order could not be evaluated (${error instanceof Error ? error.name : 'unknown'})`;
};

/** The result of one evaluation, by the key of its work. */
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
    // Orders that this process is answering go first.
    await yieldToOthers();
  }
  return tried;
};

const store = async (
  db: Queryable,
  taken: LeasedWork,
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
 * Evaluates at most `limit` due orders. Scores and pending work change in one database transaction
 * that locks the work, so a crash loses none and no two callers evaluate the same order. A failing
 * order gets five attempts. When this throws, nothing has changed.
 */
export const runDueShadows = async (
  context: ShadowContext<Pool> & { readonly now: () => Date },
  limit: number,
): Promise<ShadowBatch> => {
  return inTransaction(context.db, async (db) => {
    const taken = await takeDue(db, 'shadow', { now: context.now(), limit });
    // On connections outside this transaction, which one failed read would abort for all orders.
    const tried = await tryAll(context, taken.rows);
    const batch = await store(db, taken, { tried, now: context.now() });
    return { ...batch, hasMore: taken.rows.length === limit };
  });
};
