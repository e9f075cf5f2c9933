import { type Queryable, reached } from './pool.js';

const dayMs = 86_400_000;

/** Caches for a day which customers Sardine knows, for all processes. */
export const createSardineCustomerCache = (db: Queryable, now: () => Date) => ({
  isKnown: async (key: string): Promise<boolean> => {
    const { rowCount } = await reached(
      db.query({
        name: 'find-sardine-customer',
        text: 'select 1 from sardine_customers where cache_key = $1 and expires_at > $2',
        values: [key, now()],
      }),
    );
    return rowCount === 1;
  },
  remember: async (key: string): Promise<void> => {
    await reached(
      db.query({
        name: 'insert-sardine-customer',
        text: `insert into sardine_customers (cache_key, expires_at) values ($1, $2)
          on conflict (cache_key) do update set expires_at = excluded.expires_at`,
        values: [key, new Date(now().getTime() + dayMs)],
      }),
    );
  },
  forget: async (key: string): Promise<void> => {
    await reached(db.query('delete from sardine_customers where cache_key = $1', [key]));
  },
});
