import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError, parseEnvironment, port } from '../../runtime/env.js';
import { backupDir } from './backup-variable.js';

const Variables = z.object({
  DATABASE_URL: z
    .undefined({
      error: 'names a Postgres of your own: back it up with its own tools (docs/backup.md)',
    })
    .optional(),
  DATABASE_URL_FILE: z.undefined({ error: 'as DATABASE_URL' }).optional(),
  BACKUP_DIR: backupDir.optional(),
  VAR_DIR: z.string().min(1).default('./var'),
  PGPORT: port.prefault('54329'),
});

/** Where an installation of `npm start` has its data and its backups. */
export interface BackupSettings {
  readonly folder: string;
  readonly varDir: string;
  readonly dataDir: string;
  readonly port: number;
}

/** Reads the environment of this process. Throws `ConfigError`. */
export const readBackupSettings = (env: NodeJS.ProcessEnv): BackupSettings => {
  const { BACKUP_DIR: folder, VAR_DIR, PGPORT } = parseEnvironment(Variables, env);
  if (folder === undefined) throw new ConfigError(['BACKUP_DIR: must name the folder of backups']);
  const varDir = resolve(VAR_DIR);
  return { folder, varDir, dataDir: join(varDir, 'postgres'), port: PGPORT };
};
