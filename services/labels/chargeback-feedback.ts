import { insertAudit } from '../../db/audit.js';
import {
  findUntoldChargebackRow,
  insertGivenUp,
  listUntoldChargebackRows,
  setTold,
  type UntoldRow,
} from '../../db/label-feedback.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { type Context, system } from '../context.js';

/** A chargeback that has not been reported to Sardine. */
export interface UntoldChargeback {
  /** A dispute is a chargeback without fraud. */
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

const toChargeback = (row: UntoldRow): UntoldChargeback => ({
  kind: row.kind,
  labelId: row.label_id,
  transactionId: row.transaction_id,
  banner: row.banner,
  amount: row.amount,
  currency: row.currency,
  date: row.effective_on,
  saidAt: row.said_at,
});

/**
 * Unreported chargebacks stated since `since` that still count, about orders that Sardine has
 * scored, oldest first; without those given up.
 */
export const listUntoldChargebacks = async (
  { db }: Context,
  { since, limit }: { readonly since: Date; readonly limit: number },
): Promise<UntoldChargeback[]> =>
  (await listUntoldChargebackRows(db, since, limit)).map(toChargeback);

/**
 * The unreported chargeback of a label; undefined when it no longer counts, or has been reported or
 * given up.
 */
export const findUntoldChargeback = async (
  { db }: Context,
  labelId: string,
): Promise<UntoldChargeback | undefined> => {
  const row = await findUntoldChargebackRow(db, labelId);
  return row && toChargeback(row);
};

/** Identifies a report that was sent or given up. */
export interface EndedTelling {
  readonly labelId: string;
  readonly transactionId: string;
}

const auditOf = (action: string, at: Date, { labelId, transactionId }: EndedTelling) => ({
  actor: system.name,
  action,
  object: transactionId,
  at,
  details: { labelId, partner: 'sardine' },
});

/**
 * Records that a chargeback was reported to Sardine, also in the order's timeline. True only for
 * the call that recorded it.
 */
export const markTold = async (
  { db: pool, now }: Context<'now', Pool>,
  told: EndedTelling,
): Promise<boolean> =>
  inTransaction(pool, async (db) => {
    if (!(await setTold(db, told.labelId, now))) return false;
    await insertAudit(db, auditOf('label.told', now, told));
    return true;
  });

/**
 * Records in the order's timeline that the report of a chargeback to Sardine was given up. A second
 * call changes nothing.
 */
export const markGivenUp = async (
  { db, now }: Context<'now'>,
  given: EndedTelling,
): Promise<void> => insertGivenUp(db, given.labelId, auditOf('label.given_up', now, given));
