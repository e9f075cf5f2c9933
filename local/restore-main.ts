import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { restore } from './backup/restore.js';
import { readBackupSettings } from './backup/settings.js';
import { endByError, readInstant } from './command.js';
import { takeLock } from './lock.js';
import { StartFailure } from './start-failure.js';

const usage = `Usage:
  BACKUP_DIR=FOLDER npm run restore -- [--until TIME]

Restores the Postgres of a stopped \`npm start\`.
  --until TIME  the last moment to restore, such as 2026-11-29T14:32:00Z; by default
                everything that is archived
`;

const main = async (): Promise<void> => {
  const options = { until: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values } = parseArgs({ options });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const until = readInstant('until', values.until);
  const { folder, varDir, dataDir, port } = readBackupSettings(process.env);
  const lock = takeLock(join(varDir, 'lock'));
  if (!lock.held) throw new StartFailure('Verdict is running: stop it first.');
  try {
    const startedAt = performance.now();
    const { base, movedTo } = await restore({
      ...{ from: folder, dataDir, port, until, now: new Date() },
    });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const lines = [
      `Restored in ${seconds} s from ${base.folder} and the archive.`,
      ...(movedTo === undefined ? [] : [`The data from before is in ${movedTo}`]),
      'Next: `npm start`, then `npm run reconcile` in another terminal (docs/backup.md).',
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    lock.release();
  }
};

await main().catch((error: unknown) => endByError(error, usage));
