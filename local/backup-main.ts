import { takeBaseBackup } from './backup/base-backup.js';
import { readBackupSettings } from './backup/settings.js';
import { endByError } from './command.js';

const usage = `Usage:
  BACKUP_DIR=FOLDER npm run backup

Copies the Postgres of the running \`npm start\`, which archives into the same BACKUP_DIR.
`;

const main = async (): Promise<void> => {
  if (process.argv.length > 2) {
    process.stdout.write(usage);
    return;
  }
  const { folder, port } = readBackupSettings(process.env);
  const startedAt = performance.now();
  const base = await takeBaseBackup(`postgres://verdict@127.0.0.1:${port}/verdict`, folder);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `${base.folder}\nTaken in ${seconds} s. ` +
      `Every moment from ${base.endedAt.toISOString()} on can be restored.\n`,
  );
};

await main().catch((error: unknown) => endByError(error, usage));
