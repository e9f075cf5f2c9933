import { insertAudit } from '../../db/audit.js';
import {
  listUntoldChargebackRows,
  lockUntold,
  setTold,
  type UntoldRow,
} from '../../db/label-feedback.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { type Context, system } from '../context.js';

/** A chargeback that Sardine is to be told of. */
export interface UntoldChargeback {
  /** A dispute is a chargeback that is no fraud. */
  readonly kind: UntoldRow['kind'];
  readonly labelId: string;
  readonly transactionId: string;
  readonly banner: UntoldRow['banner'];
  readonly amount: number;
  readonly currency: string;
  /** The day of the chargeback. */
  readonly date: string;
  readonly saidAt: Date;
}

/**
 * Chargebacks said since `since` that still count, about orders that Sardine has scored and was
 * not told of, oldest first; without those that were given up.
 */
export const listUntoldChargebacks = async (
  { db }: Context,
  { since, limit }: { readonly since: Date; readonly limit: number },
): Promise<UntoldChargeback[]> =>
  (await listUntoldChargebackRows(db, since, limit)).map((row) => ({
    kind: row.kind,
    labelId: row.label_id,
    transactionId: row.transaction_id,
    banner: row.banner,
    amount: row.amount,
    currency: row.currency,
    date: row.effective_on,
    saidAt: row.said_at,
  }));

/** `later`: it is to be tried again. */
export type Telling = 'told' | 'given_up' | 'later';

/** Notes that Sardine was told of a chargeback; true for the call that noted it. */
export const markTold = async (
  { db: pool, now }: Context<'now', Pool>,
  told: { readonly labelId: string; readonly transactionId: string },
): Promise<boolean> =>
  inTransaction(pool, async (db) => {
    if (!(await setTold(db, told.labelId, now))) return false;
    await insertAudit(db, {
      actor: system.name,
      action: 'label.told',
      object: told.transactionId,
      details: { labelId: told.labelId, partner: 'sardine' },
      at: now,
    });
    return true;
  });

/**
 * Has Sardine told of a chargeback and notes what came of it, in the order's timeline too. While
 * one caller tells, no other one does; `elsewhere` when another one does or has done so. A crash in
 * between tells it again, under the same id. Throws what `tell` throws.
 */
export const tellOnce = (
  { db: pool, now }: Context<never, Pool> & { readonly now: () => Date },
  { labelId, transactionId }: { readonly labelId: string; readonly transactionId: string },
  tell: () => Promise<Telling>,
): Promise<Telling | 'elsewhere'> =>
  inTransaction(pool, async (db) => {
    if (!(await lockUntold(db, labelId))) return 'elsewhere';
    const result = await tell();
    if (result === 'told') await markTold({ db: pool, now: now() }, { labelId, transactionId });
    if (result === 'given_up') {
      await insertAudit(pool, {
        actor: system.name,
        action: 'label.given_up',
        object: transactionId,
        details: { labelId, partner: 'sardine' },
        at: now(),
      });
    }
    return result;
  });
