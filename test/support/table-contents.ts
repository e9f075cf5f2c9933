import type { Pool } from '../../db/pool.js';

/** The number and a hash of the rows in every table, which stay equal when nothing is written. */
export const tableContents = async (
  pool: Pool,
  except: readonly string[] = [],
): Promise<Record<string, string>> => {
  const { rows } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const held = await Promise.all(
    rows
      .filter(({ name }) => !except.includes(name))
      .map(async ({ name }) => {
        const text = `select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as hash,
        count(*) as n from ${name} t`;
        const [row] = (await pool.query<{ hash: string; n: string }>(text)).rows;
        return [name, `${row?.n} ${row?.hash}`] as const;
      }),
  );
  return Object.fromEntries(held);
};
