import { listUntoldChargebackRows, type UntoldRow } from '../../db/label-feedback.js';
import type { Queryable } from '../../db/pool.js';

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
  db: Queryable,
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
