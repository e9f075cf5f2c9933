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
 * Chargebacks said since `since` that still count, about orders that Sardine has scored and was
 * not told of, oldest first; without those that were given up.
 */
export const listUntoldChargebacks = async (
  { db }: Context,
  { since, limit }: { readonly since: Date; readonly limit: number },
): Promise<UntoldChargeback[]> =>
  (await listUntoldChargebackRows(db, since, limit)).map(toChargeback);

/**
 * The chargeback that a label states; undefined when it no longer counts, or has been told or given
 * up since it was listed.
 */
export const findUntoldChargeback = async (
  { db }: Context,
  labelId: string,
): Promise<UntoldChargeback | undefined> => {
  const row = await findUntoldChargebackRow(db, labelId);
  return row && toChargeback(row);
};

/** What a note of the end of a telling names. */
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
 * Notes that Sardine was told of a chargeback, in the order's timeline too; true for the call that
 * noted it.
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
 * Notes in the order's timeline that Sardine will not be told of a chargeback; a second call
 * changes nothing.
 */
export const markGivenUp = async (
  { db, now }: Context<'now'>,
  given: EndedTelling,
): Promise<void> => insertGivenUp(db, given.labelId, auditOf('label.given_up', now, given));
