import type { Decision, TransactionStatus } from '../../contracts/hbc/decision.js';
import type { Queryable } from '../../db/pool.js';
import { listByOrder } from '../../db/transactions.js';

export interface FoundTransaction {
  readonly transactionId: string;
  readonly banner: string;
  readonly orderId: string;
  readonly groupId: string;
  readonly status: TransactionStatus;
  readonly receivedAt: string;
  /** The decision as first answered; null while the transaction is being decided. */
  readonly answered: Decision | null;
}

/** The transactions of an order: after a 503 its sender knows no transaction id. */
export const findByOrder = async (
  db: Queryable,
  key: { readonly banner: string; readonly orderId: string; readonly groupId?: string | undefined },
): Promise<FoundTransaction[]> =>
  (await listByOrder(db, key)).map((row) => ({
    transactionId: row.transaction_id,
    banner: row.banner,
    orderId: row.order_id,
    groupId: row.group_id,
    status: row.status,
    receivedAt: row.received_at.toISOString(),
    answered: row.answer === null ? null : (JSON.parse(row.answer) as Decision),
  }));
