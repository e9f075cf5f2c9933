import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

/** SQLSTATE of a migration that gave up waiting for a lock, so that no order waits behind it. */
const lockNotAvailable = '55P03';

const attemptsMax = 20;
const pauseMs = 1000;

const isLocked = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === lockNotAvailable;

/**
 * Migrates the database to the newest schema. Processes that start at the same time wait for one
 * another; with nothing to do it takes milliseconds. A migration that found a table locked is tried
 * again for some twenty seconds. Throws what Postgres throws.
 */
export const migrate = async (databaseUrl: string): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
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
      return;
    } catch (error) {
      if (!isLocked(error) || attempt === attemptsMax) throw error;
      await pause(pauseMs);
    }
  }
};
