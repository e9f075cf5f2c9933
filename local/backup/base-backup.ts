import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { parseRow } from '../../db/rows.js';
import { StartFailure } from '../start-failure.js';
import {
  archiveSettings,
  type BaseBackup,
  basePath,
  draftPath,
  makeBackupFolder,
} from './backup-folder.js';

/** Folders whose content a restored server makes anew; the log comes from the archive. */
const emptied = new Set([
  ...['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial'],
  ...['pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'],
]);

const isLeftOut = (name: string): boolean =>
  name === 'postmaster.pid' ||
  name === 'postmaster.opts' ||
  name.startsWith('pgsql_tmp') ||
  name.startsWith('pg_internal.init');

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Writes a file or folder through to the disk. */
const sync = (path: string): void => {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
};

const copyFile = (from: string, to: string): void => {
  try {
    copyFileSync(from, to);
  } catch (error) {
    // The server may drop a table's file meanwhile; the log then drops it in the copy as well.
    if (isGone(error)) return;
    throw error;
  }
  sync(to);
};

const copyFolder = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const { name } = entry;
    if (isLeftOut(name)) continue;
    if (entry.isDirectory() && emptied.has(name)) mkdirSync(join(to, name), { mode: 0o700 });
    else if (entry.isDirectory()) copyFolder(join(from, name), join(to, name));
    else if (entry.isFile() && name !== 'pg_control') copyFile(join(from, name), join(to, name));
  }
  sync(to);
};

/** The control file comes last: it must not be older than any page. */
const copyData = (dataDir: string, to: string): void => {
  copyFolder(dataDir, to);
  copyFile(join(dataDir, 'global', 'pg_control'), join(to, 'global', 'pg_control'));
};

const Stopped = z.object({ labelfile: z.string(), ended_at: z.date() });

/** The archiver may be busy with a long backlog. */
const archivedWithinMs = 600_000;

const checkArchive = async (client: pg.Client, folder: string): Promise<string> => {
  const { rows } = await client.query(
    `select current_setting('archive_command') as command,
      current_setting('data_directory') as data, current_setting('archive_mode') as mode`,
  );
  const { command, data, mode } = z
    .object({ command: z.string(), data: z.string(), mode: z.string() })
    .parse(rows[0]);
  if (mode === 'on' && command === archiveSettings(folder)['archive_command']) return data;
  throw new StartFailure(
    `The running Postgres does not archive into ${folder}. ` +
      'Restart `npm start` with this BACKUP_DIR first.',
  );
};

/**
 * Copies the data folder of a running embedded Postgres into the backup folder, while it works. The
 * copy is complete once the log up to its end is archived. Throws `StartFailure` when the server
 * does not archive into this folder.
 */
export const takeBaseBackup = async (databaseUrl: string, folder: string): Promise<BaseBackup> => {
  makeBackupFolder(folder);
  const draft = draftPath(folder);
  const client = new pg.Client({
    connectionString: databaseUrl,
    statement_timeout: archivedWithinMs,
  });
  await client.connect();
  try {
    const dataDir = await checkArchive(client, folder);
    rmSync(draft, { recursive: true, force: true });
    // The backup's mode ends with its session: a process that dies leaves nothing behind.
    await client.query("select pg_backup_start('verdict', fast => true)");
    copyData(dataDir, draft);
    const { rows } = await client.query(
      `select labelfile, date_trunc('milliseconds', clock_timestamp()) as ended_at
        from pg_backup_stop()`,
    );
    const stopped = parseRow(Stopped, rows);
    if (stopped === undefined) throw new Error('pg_backup_stop said nothing');
    writeFileSync(join(draft, 'backup_label'), stopped.labelfile);
    sync(join(draft, 'backup_label'));
    sync(draft);
    const endedAt = new Date(stopped.ended_at.getTime() + 1);
    const target = basePath(folder, endedAt);
    renameSync(draft, target);
    sync(join(folder, 'base'));
    return { folder: target, endedAt };
  } finally {
    await client.end();
    if (existsSync(draft)) rmSync(draft, { recursive: true, force: true });
  }
};
