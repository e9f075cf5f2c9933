import type { Pool } from '../../db/pool.js';
import { copyDecisions } from '../../bench/backtest/decide-orders.js';

/**
 * Stores earlier copies of the decided orders, and labels some copies that were not rejected as
 * fraud: `cheapFraud` in a hundred of those whose total is below `dearFrom`, and `dearFraud` in a
 * hundred of the others. Each label was stated an hour after its order.
 */
export const copyAndLabel = async (
  pool: Pool,
  {
    copies,
    minutesApart,
    ...shares
  }: {
    readonly copies: number;
    readonly minutesApart: number;
    readonly dearFrom: number;
    readonly cheapFraud: number;
    readonly dearFraud: number;
  },
): Promise<void> => {
  await copyDecisions(pool, { copies, minutesApart });
  await pool.query(
    `insert into labels (label_id, transaction_id, banner, kind, source, source_id, said_by,
        said_at)
      select gen_random_uuid(), transaction_id, banner, 'fraud', 'api', '', 'analyst:test',
        received_at + interval '1 hour'
      from order_history join decisions d using (transaction_id)
      where d.outcome <> 'reject' and abs(hashtext(transaction_id)) % 100 <
        case when amount < $1 then $2::integer else $3::integer end`,
    [shares.dearFrom, shares.cheapFraud, shares.dearFraud],
  );
};
