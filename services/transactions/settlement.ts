import type { Queryable } from '../../db/pool.js';
import { insertSettlement } from '../../db/settlements.js';
import { findWaiting } from '../../db/transactions.js';
import { type Context, system } from '../context.js';

export type SettlementAction = 'process' | 'cancel';

/**
 * Records that OMS has processed or cancelled the order. A second run changes nothing; true only
 * for the call that recorded it.
 */
export const markSettled = (
  { db, now }: Context<'now'>,
  transactionId: string,
  action: SettlementAction,
): Promise<boolean> =>
  insertSettlement(db, action === 'process' ? 'processed' : 'cancelled', {
    actor: system.name,
    action: 'settlement.done',
    object: transactionId,
    details: { action },
    at: now,
  });

/** The number and age of waiting orders. */
interface WaitingAge {
  readonly waiting: number;
  /** How long the oldest order has waited; 0 when none waits. */
  readonly oldestSeconds: number;
}

const ageOf = async (
  db: Queryable,
  status: Parameters<typeof findWaiting>[1],
  now: Date,
): Promise<WaitingAge> => {
  const { waiting, oldestAt } = await findWaiting(db, status);
  const oldestMs = oldestAt === null ? 0 : now.getTime() - oldestAt.getTime();
  return { waiting, oldestSeconds: Math.max(0, oldestMs) / 1000 };
};

/** How many orders wait for OMS, and since when. */
export const settlementAge = ({ db, now }: Context<'now'>): Promise<WaitingAge> =>
  ageOf(db, 'settling', now);

/** How many orders wait for their decision, and since when. */
export const decisionAge = ({ db, now }: Context<'now'>): Promise<WaitingAge> =>
  ageOf(db, 'deciding', now);
