import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

/**
 * Migrates the database to the newest schema. Processes that start at the same time wait for one
 * another; with nothing to do it takes milliseconds. Throws what Postgres throws.
 */
export const migrate = async (databaseUrl: string): Promise<void> => {
  await runner({
    databaseUrl,
    dir: migrationsFolder,
    direction: 'up',
    // The folder also lists the hashes of released files: only *.sql are migrations.
    ignorePattern: String.raw`(?!.*\.sql$).*`,
    migrationsTable: 'schema_migrations',
    advisoryLockMode: 'wait',
    log: () => undefined,
  });
};
