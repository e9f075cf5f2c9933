import { join } from 'node:path';
import { migrate } from '../../db/migrate.js';
import { takeBaseBackup } from '../../local/backup/base-backup.js';
import { archiveSettings, makeBackupFolder } from '../../local/backup/backup-folder.js';
import { restore } from '../../local/backup/restore.js';
import { type PostgresServer, startPostgres } from '../../local/postgres.js';
import { freePort } from '../support/ports.js';
import { openTestPool } from '../support/postgres.js';
import { type Stack, startStack } from '../support/stack.js';
import { makeTempDir } from '../support/temp-dir.js';
import { runReconcile } from './run-reconcile.js';

/** Verdict in its own processes, on a Postgres of its own that archives. */
export interface Installation {
  readonly stack: Stack;
  readonly backups: string;
  readonly folder: string;
  /** The moment after everything that is committed by now. */
  readonly moment: () => Promise<Date>;
  readonly backup: () => Promise<unknown>;
  readonly query: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  /** Ends API and worker, restores Postgres, and runs `between` before they start again. */
  readonly restoreTo: (until: Date, between: () => Promise<void>) => Promise<void>;
  /** Runs the command to its end, and resolves with what it printed. */
  readonly reconcile: (...args: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
}

export const startInstallation = async (): Promise<Installation> => {
  const temp = makeTempDir();
  const dataDir = join(temp.path, 'postgres');
  const backups = join(temp.path, 'backups');
  const port = await freePort();
  const start = (): Promise<PostgresServer> =>
    startPostgres({ dataDir, port, durable: false, settings: archiveSettings(backups) });
  makeBackupFolder(backups);
  let server = await start();
  const { url } = server;
  await migrate(url);
  const stack = await startStack({ DATABASE_URL: url });
  let pool = openTestPool(url, 2);
  const query: Installation['query'] = async <Row extends object>(
    text: string,
    values: unknown[] = [],
  ) => (await pool.query<Row>(text, values)).rows;
  return {
    ...{ stack, backups, query, folder: temp.path },
    backup: () => takeBaseBackup(url, backups),
    moment: async () => {
      const [row] = await query<{ at: Date }>(
        "select clock_timestamp() + interval '5 ms' as at, pg_sleep(0.01)",
      );
      return row?.at ?? new Date(0);
    },
    restoreTo: async (until, between) => {
      await Promise.all([stack.api.end(), stack.worker.end()]);
      await pool.end();
      await server.stop();
      await restore({ from: backups, dataDir, port, until, now: new Date() });
      server = await start();
      pool = openTestPool(url, 2);
      await between();
      await stack.changeTo();
    },
    reconcile: (...args) => runReconcile(stack.env, ...args),
    stop: async () => {
      await pool.end();
      await stack.stop();
      await server.stop();
      temp.remove();
    },
  };
};
