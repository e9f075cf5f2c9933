import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { choosePostgresIdentity, giveTo } from '../postgres-identity.js';

/** Where the archived segments of the write-ahead log are. */
export const archiveIn = (folder: string): string => join(folder, 'wal');

/** Makes the folders of a backup, which the user that runs Postgres must be able to write to. */
export const makeBackupFolder = (folder: string): void => {
  mkdirSync(join(folder, 'base'), { recursive: true, mode: 0o700 });
  mkdirSync(archiveIn(folder), { recursive: true, mode: 0o700 });
  giveTo(choosePostgresIdentity().owner, archiveIn(folder));
};

/** The longest time in which a written change is not archived, in seconds. */
const archiveEverySeconds = 60;

/**
 * A segment is copied under another name first, so that a crash leaves no half of one; one that is
 * there already is archived if it is the same.
 */
const archiveCommand = (folder: string): string => {
  const target = join(archiveIn(folder), '%f');
  const copy = `cp "%p" "${target}.part" && { sync "${target}.part" || sync; }`;
  const move = `mv "${target}.part" "${target}"`;
  return `cmp -s "%p" "${target}" || { test ! -e "${target}" && ${copy} && ${move}; }`;
};

/** The settings with which Postgres archives its write-ahead log all the time. */
export const archiveSettings = (folder: string): Readonly<Record<string, string>> => ({
  archive_mode: 'on',
  archive_command: archiveCommand(folder),
  archive_timeout: `${archiveEverySeconds}s`,
});

/**
 * The settings with which Postgres replays the archive, up to a time or, without one, to its end.
 */
export const recoverySettings = (
  folder: string,
  until: Date | undefined,
): Readonly<Record<string, string>> => ({
  restore_command: `cp "${join(archiveIn(folder), '%f')}" "%p"`,
  // At its start Postgres knows no zone by name, not even Z.
  ...(until && { recovery_target_time: until.toISOString().replace('Z', '+00') }),
  recovery_target_action: 'promote',
  // Nobody can connect before the replay is over, and no setting needs to be that of the primary.
  hot_standby: 'off',
});

/** A complete copy of the data folder, without its write-ahead log. */
export interface BaseBackup {
  readonly folder: string;
  /** A restore cannot end earlier. */
  readonly endedAt: Date;
}

/** A time as a folder's name, which sorts by time. */
const nameOf = (at: Date): string => at.toISOString().replaceAll(':', '.');

/** Where the base backup that ended at a time belongs, and where it is made. */
export const basePath = (folder: string, endedAt: Date): string =>
  join(folder, 'base', nameOf(endedAt));
export const draftPath = (folder: string): string => join(folder, 'base', '.draft');

const baseName = /^\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d\.\d{3}Z$/;

/** The complete base backups in a folder, oldest first. */
export const listBaseBackups = (folder: string): BaseBackup[] =>
  readdirSync(join(folder, 'base'))
    .filter((name) => baseName.test(name))
    .toSorted()
    .map((name) => {
      const [day = '', hour = '', minute = '', rest = ''] = name.split(/T|\.(?=\d\d\.)/);
      return {
        folder: join(folder, 'base', name),
        endedAt: new Date(`${day}T${hour}:${minute}:${rest}`),
      };
    });
