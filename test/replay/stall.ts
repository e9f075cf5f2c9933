import pg from 'pg';

/** Tables that are locked, one after the other, while an order is being answered. */
export interface Stall {
  readonly table: string;
  readonly forMs: number;
}

/**
 * Locks each table for its time, so that the step that needs it is held up. Resolves, once the
 * first lock is held, with a promise of the end of the last.
 */
export const beginStalls = async (
  databaseUrl: string,
  stalls: readonly Stall[],
): Promise<{ readonly over: Promise<void> }> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const lock = async ({ table }: Stall): Promise<void> => {
    await client.query('begin');
    await client.query(`lock table ${table} in access exclusive mode`);
  };
  const [first, ...others] = stalls;
  if (first === undefined) throw new Error('no table is named');
  await lock(first);
  const runOut = async (): Promise<void> => {
    try {
      await client.query('select pg_sleep($1::float8 / 1000)', [first.forMs]);
      await client.query('rollback');
      for (const stall of others) {
        await lock(stall);
        await client.query('select pg_sleep($1::float8 / 1000)', [stall.forMs]);
        await client.query('rollback');
      }
    } finally {
      await client.end();
    }
  };
  return { over: runOut() };
};
