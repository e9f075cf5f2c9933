import { describe, expect, it } from 'vitest';
import { readBackupSettings } from '../../local/backup/settings.js';
import { temporalAddressOf } from '../../local/temporal-variables.js';

describe('a backup', () => {
  const env = { BACKUP_DIR: '/backups', VAR_DIR: '/data', PGPORT: '6000' };

  it('is of the Postgres of `npm start`, by the variables that it has', () => {
    const settings = { folder: '/backups', varDir: '/data', dataDir: '/data/postgres', port: 6000 };
    expect(readBackupSettings(env)).toEqual(settings);
    expect(readBackupSettings({ BACKUP_DIR: '/backups' }).port).toBe(54_329);
  });

  it.each(['DATABASE_URL', 'DATABASE_URL_FILE'])(
    'of a Postgres of your own is refused, by %s',
    (name) => {
      expect(() => readBackupSettings({ ...env, [name]: 'any' })).toThrow(`${name}: `);
    },
  );

  it('needs a folder', () => {
    expect(() => readBackupSettings({})).toThrow('BACKUP_DIR: must name the folder of backups');
  });
});

it("a command that names no server finds that of `npm start`, on the port of one's choice", () => {
  expect(temporalAddressOf({ TEMPORAL_PORT: 7244 })).toBe('127.0.0.1:7244');
  expect(temporalAddressOf({ TEMPORAL_ADDRESS: 'temporal:7233', TEMPORAL_PORT: 7244 })).toBe(
    'temporal:7233',
  );
});
