import { readdirSync, readFileSync } from 'node:fs';
import type { Queryable } from '../../db/pool.js';

const folder = new URL('../../db/migrations/', import.meta.url);

/** Takes a database back to before the migration of this number: the latest step goes first. */
export const undoMigrations = async (db: Queryable, number: string): Promise<void> => {
  const steps = readdirSync(folder).filter((name) => name >= number);
  for (const name of steps.toSorted().toReversed()) {
    const [, down = ''] = readFileSync(new URL(name, folder), 'utf8').split('-- Down Migration');
    await db.query(down);
  }
  await db.query('delete from schema_migrations where name >= $1', [number]);
};
