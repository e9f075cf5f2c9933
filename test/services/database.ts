import { inject } from 'vitest';
import { banners } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import { createPool, type Pool } from '../../db/pool.js';
import type { PolicyDefaults } from '../../services/policies/versions.js';
import { createMigratedDatabase } from '../support/postgres.js';
import { until } from '../support/until.js';

/** A migrated database of its own, with a pool. */
export const openDatabase = async (
  connections = 5,
): Promise<{ pool: Pool; url: string; close: () => Promise<void> }> => {
  const database = await createMigratedDatabase(inject('postgresUrl'));
  const pool = createPool({ databaseUrl: database.url, connections, timeoutMs: 10_000 });
  return {
    pool,
    url: database.url,
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
};

/** Waits until a statement on this database waits for a lock. */
export const untilLocked = (pool: Pool): Promise<boolean> =>
  until('a statement waits for a lock', async () => {
    const { rows } = await pool.query(
      `select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  });

/** The same policy for every banner, as a settings file could have it. */
export const samePolicies = (policy: unknown = {}): PolicyDefaults =>
  Object.fromEntries(
    banners.map((banner) => [banner, Policy.parse(policy)]),
  ) as unknown as PolicyDefaults;
