import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeBaseBackup } from '../../local/backup/base-backup.js';
import { archiveSettings, makeBackupFolder } from '../../local/backup/backup-folder.js';
import { restore } from '../../local/backup/restore.js';
import { type PostgresServer, startPostgres } from '../../local/postgres.js';
import { freePort } from '../support/ports.js';
import { openTestPool } from '../support/postgres.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

describe('a backup of the embedded Postgres', () => {
  let folder: TempDir;
  let port: number;
  let server: PostgresServer | undefined;
  const moments: Date[] = [];

  const dataDir = () => join(folder.path, 'postgres');
  const backups = () => join(folder.path, 'backups');
  const start = async () => {
    makeBackupFolder(backups());
    server = await startPostgres({
      ...{ dataDir: dataDir(), port, durable: true, settings: archiveSettings(backups()) },
    });
    return openTestPool(server.url, 2);
  };
  const values = async () => {
    const db = await start();
    const { rows } = await db.query<{ value: number }>('select value from noted order by value');
    await db.end();
    await server?.stop();
    return rows.map(({ value }) => value);
  };
  const restoreTo = (until: Date | undefined) =>
    restore({ ...{ from: backups(), dataDir: dataDir(), port, until }, now: new Date() });

  beforeAll(async () => {
    folder = makeTempDir();
    port = await freePort();
    const db = await start();
    const note = async (value: number) => {
      await db.query('insert into noted values ($1)', [value]);
      const { rows } = await db.query<{ at: Date }>(
        "select clock_timestamp() + interval '5 ms' as at, pg_sleep(0.01)",
      );
      moments.push(rows[0]?.at ?? new Date(0));
    };
    await db.query('create table noted (value integer)');
    await note(1);
    await takeBaseBackup(server?.url ?? '', backups());
    for (const value of [2, 3]) await note(value);
    await db.end();
    await server?.stop();
  });
  afterAll(async () => {
    await server?.stop();
    folder?.remove();
  });

  it('gives back any moment since the base backup, and keeps what was there', async () => {
    const { movedTo } = await restoreTo(moments[1]);
    expect(await values()).toEqual([1, 2]);
    expect(existsSync(join(movedTo ?? '', 'PG_VERSION'))).toBe(true);
  });

  it('refuses a moment before the base backup and one after the archive, and changes nothing', async () => {
    await expect(restoreTo(moments[0])).rejects.toThrow('nothing earlier can be restored');
    await expect(restoreTo(new Date('2999-01-01'))).rejects.toThrow('The archive ends before');
    expect(await values()).toEqual([1, 2]);
  });

  it('is refused when the running server archives elsewhere', async () => {
    const db = await start();
    const taken = takeBaseBackup(server?.url ?? '', join(folder.path, 'other'));
    await expect(taken).rejects.toThrow('does not archive');
    await db.end();
    await server?.stop();
  });
});
