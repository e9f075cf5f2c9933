import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

const ours = readdirSync(fileURLToPath(new URL('./migrations', import.meta.url)))
  .filter((file) => file.endsWith('.sql'))
  .map((file) => file.replace(/\.sql$/, ''));

const Missing = z.object({ missing: z.string().transform(Number) });

/** The number of this release's migrations that the database lacks; undefined when it is empty. */
export const countMissingMigrations = async (db: Queryable): Promise<number | undefined> => {
  const { rows } = await reached(
    db.query(`select to_regclass('schema_migrations') is not null as missing`),
  );
  if (!z.object({ missing: z.boolean() }).parse(rows[0]).missing) return undefined;
  const { rows: counted } = await reached(
    db.query({
      name: 'count-missing-migrations',
      text: `select count(*) as missing from unnest($1::text[]) as ours(name)
        where not exists (select from schema_migrations s where s.name = ours.name)`,
      values: [ours],
    }),
  );
  return parseRow(Missing, counted)?.missing;
};
