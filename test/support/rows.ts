import type pg from 'pg';

/** Stores transactions in a status since an instant, with bodies that cannot be decrypted. */
export const insertTransactions = async (
  pool: pg.Pool,
  status: string,
  updatedAt: Date,
  count: number,
): Promise<void> => {
  await pool.query(
    `insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
        content_key_id, content_hash, body, status, received_at, updated_at)
      select id, id, 's5a', id, '1', 'test', '\\x00', '\\x00', $1, $2, $2
      from (select gen_random_uuid()::text as id from generate_series(1, $3)) as ids`,
    [status, updatedAt, count],
  );
};
