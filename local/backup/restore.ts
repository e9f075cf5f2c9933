import { cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearPostgresLeftovers } from '../postgres-leftovers.js';
import { startPostgres } from '../postgres.js';
import { StartFailure } from '../start-failure.js';
import {
  archiveSettings,
  type BaseBackup,
  listBaseBackups,
  makeBackupFolder,
  recoverySettings,
} from './backup-folder.js';

export interface RestoreOptions {
  /** The folder with base backups and archive. */
  readonly from: string;
  /** Absolute path of the data folder; its present content is moved aside. */
  readonly dataDir: string;
  readonly port: number;
  /** The last moment to restore; the end of the archive without it. */
  readonly until: Date | undefined;
  readonly now: Date;
}

export interface Restored {
  readonly base: BaseBackup;
  /** Where the data from before is; undefined when there was none. */
  readonly movedTo: string | undefined;
}

/** Replaying a month of archive takes a while. */
const replayWithinMs = 6 * 3_600_000;

const chooseBase = ({ from, until }: RestoreOptions): BaseBackup => {
  const found = existsSync(join(from, 'base')) ? listBaseBackups(from) : [];
  const base = found.findLast(({ endedAt }) => until === undefined || endedAt <= until);
  if (base !== undefined) return base;
  const [first] = found;
  throw new StartFailure(
    first === undefined
      ? `${from} has no base backup.`
      : `The oldest base backup is from ${first.endedAt.toISOString()}: ` +
          'nothing earlier can be restored.',
  );
};

/** What Postgres logs when the archive has no change after the wanted time. */
const endedEarly = 'recovery ended before configured recovery target';

const stopWithinMs = 30_000;

const logSegment = /^[0-9A-F]{24}$/;

/** What the server before wrote and could not archive any more, as after a crash. */
const keepUnarchivedLog = (movedTo: string, dataDir: string): void => {
  const log = join(movedTo, 'pg_wal');
  if (!existsSync(log)) return;
  for (const name of readdirSync(log).filter((one) => logSegment.test(one))) {
    cpSync(join(log, name), join(dataDir, 'pg_wal', name));
  }
};

/** Runs the server until it has replayed the archive and writes by itself again. */
const replay = async ({ from, dataDir, port, until }: RestoreOptions): Promise<void> => {
  writeFileSync(join(dataDir, 'recovery.signal'), '');
  const lines: string[] = [];
  try {
    const server = await startPostgres({
      ...{ dataDir, port, durable: true, startTimeoutMs: replayWithinMs },
      settings: { ...archiveSettings(from), ...recoverySettings(from, until) },
      onLine: (line) => void lines.push(line),
    });
    await server.stop(stopWithinMs);
  } catch (error) {
    if (until === undefined || !lines.some((line) => line.includes(endedEarly))) throw error;
    throw new StartFailure(
      `The archive ends before ${until.toISOString()}. ` +
        'Take an earlier time, or none to restore all of it.',
    );
  }
};

/**
 * Restores the data folder from a base backup and the archive. The caller holds the installation's
 * lock. What was there is moved aside, and moved back when the restore fails. Throws
 * `StartFailure`.
 */
export const restore = async (options: RestoreOptions): Promise<Restored> => {
  const { dataDir, from, now } = options;
  const base = chooseBase(options);
  makeBackupFolder(from);
  const wasThere = existsSync(dataDir);
  const movedTo = `${dataDir}.before-${now.toISOString().replaceAll(':', '.')}`;
  if (wasThere) {
    await clearPostgresLeftovers(dataDir);
    renameSync(dataDir, movedTo);
  }
  try {
    cpSync(base.folder, dataDir, { recursive: true });
    if (wasThere) keepUnarchivedLog(movedTo, dataDir);
    await replay(options);
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true });
    if (wasThere) renameSync(movedTo, dataDir);
    throw error;
  }
  return { base, movedTo: wasThere ? movedTo : undefined };
};
