import { OrderRow, type OpenOrder } from './sweeps.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** The given transactions that are stored, with their status. */
export const listStatuses = async (
  db: Queryable,
  transactionIds: readonly string[],
): Promise<OpenOrder[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-statuses',
      text: `select transaction_id, workflow_id, status from transactions
        where transaction_id = any($1::text[])`,
      values: [transactionIds],
    }),
  );
  return parseRows(OrderRow, rows);
};

/** The next open orders after a transaction id, in the order of ids. */
export const listOpenAfter = async (
  db: Queryable,
  after: string,
  limit: number,
): Promise<OpenOrder[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-open-after',
      text: `select transaction_id, workflow_id, status from transactions
        where transaction_id > $1
          and status in ('deciding', 'in_review', 'settling', 'oms_rejected')
        order by transaction_id limit $2`,
      values: [after, limit],
    }),
  );
  return parseRows(OrderRow, rows);
};
