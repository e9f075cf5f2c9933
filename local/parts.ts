import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectionOptions } from '../runtime/temporal.js';
import { archiveSettings, makeBackupFolder } from './backup/backup-folder.js';
import { childPart } from './child-part.js';
import type { LocalConfig } from './config.js';
import { openLogFile } from './log-file.js';
import { mailPart } from './mail-part.js';
import { readNotice, throttleNotices } from './log-line.js';
import { startPostgres } from './postgres.js';
import { prepareStores } from './prepare.js';
import type { Part } from './supervisor.js';
import { sendAllHere } from './send-all-here.js';
import { startTemporalServer } from './temporal-server.js';
import type { Terminal } from './terminal.js';

const mainOf = (room: string): string =>
  fileURLToPath(new URL(`../${room}/main.ts`, import.meta.url));

const postgresPart = (
  config: LocalConfig,
  { port, backupDir }: NonNullable<LocalConfig['postgres']>,
  onLine: (line: string) => void,
): Part => ({
  name: 'postgres',
  needs: [],
  start: (signal) => {
    if (backupDir !== undefined) makeBackupFolder(backupDir);
    return startPostgres({
      ...{ port, signal, onLine, durable: true },
      dataDir: join(config.varDir, 'postgres'),
      settings: backupDir === undefined ? {} : archiveSettings(backupDir),
    });
  },
});

const temporalPart = (
  config: LocalConfig,
  ports: { readonly port: number; readonly uiPort: number },
  cliPath: string,
  onLine: (line: string) => void,
): Part => ({
  name: 'temporal',
  needs: [],
  start: (signal) =>
    startTemporalServer({
      ...{ ...ports, cliPath, signal, onLine },
      namespace: config.parts.TEMPORAL_NAMESPACE,
      store: { file: join(config.varDir, 'temporal', 'temporal.db') },
      codecUrl: `${config.apiUrl}/codec`,
    }),
});

/**
 * Everything that `npm start` runs, in the order of starting, without parts that the environment
 * places elsewhere. Output goes to `<VAR_DIR>/logs/<part>.log`, warnings and errors also to the
 * terminal. The mail sink sets the worker's `SMTP_URL`.
 */
export const localParts = (
  config: LocalConfig,
  temporalCli: string | undefined,
  terminal: Terminal,
): readonly Part[] => {
  const env: Record<string, string | undefined> = { ...config.env };
  const logFile = (name: string) => join(config.varDir, 'logs', `${name}.log`);
  const logOf = (name: string) =>
    openLogFile(logFile(name), (text) => terminal.say(name, text, 'warning'));
  const child = (name: string, needs: readonly string[], readyUrl: string): Part => {
    const write = logOf(name);
    const show = throttleNotices(
      ({ level, text }) => terminal.say(name, text, level),
      (count) => terminal.say(name, `${count} more in ${logFile(name)}`),
    );
    const onLine = (line: string) => {
      write(line);
      const notice = readNotice(line);
      if (notice) show(notice);
    };
    return childPart({ name, needs, readyUrl, onLine, file: mainOf(name), env });
  };
  const schema: Part = {
    name: 'schema',
    needs: ['postgres', 'temporal'],
    start: async () => {
      const { DATABASE_URL, TEMPORAL_NAMESPACE } = config.parts;
      const temporal = connectionOptions(config.parts);
      await prepareStores(DATABASE_URL.reveal(), temporal, TEMPORAL_NAMESPACE);
      return undefined;
    },
  };
  const version: Part = {
    name: 'version',
    needs: ['worker'],
    start: async () => {
      await sendAllHere(config.parts);
      return undefined;
    },
  };
  const { postgres, temporal, simulatorUrl, mailSink } = config;
  return [
    ...(postgres ? [postgresPart(config, postgres, logOf('postgres'))] : []),
    ...(temporal && temporalCli
      ? [temporalPart(config, temporal, temporalCli, logOf('temporal'))]
      : []),
    ...(simulatorUrl ? [child('simulators', [], `${simulatorUrl}/healthz`)] : []),
    ...(mailSink ? [mailPart(mailSink, (url) => (env['SMTP_URL'] = url))] : []),
    schema,
    child('worker', ['schema', 'mail'], `${config.workerUrl}/readyz`),
    // On a server of their own, operators choose the version.
    ...(temporal ? [version] : []),
    // Not `/readyz`, which also waits for the worker, a part of its own.
    child('api', ['schema'], `${config.apiUrl}/healthz`),
  ];
};
