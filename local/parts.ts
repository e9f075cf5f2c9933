import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { archiveSettings, makeBackupFolder } from './backup/backup-folder.js';
import { childPart } from './child-part.js';
import { openLogFile } from './log-file.js';
import { mailPart } from './mail-part.js';
import { readNotice, throttleNotices } from './log-line.js';
import { startPostgres } from './postgres.js';
import type { Plan, Setup } from './setup.js';
import type { Part } from './supervisor.js';
import { startTemporalServer } from './temporal-server.js';
import type { Terminal } from './terminal.js';

const mainOf = (room: string): string =>
  fileURLToPath(new URL(`../${room}/main.ts`, import.meta.url));

const postgresPart = (
  plan: Plan,
  { port, backupDir }: NonNullable<Plan['postgres']>,
  { ensureDatabase }: Setup,
  onLine: (line: string) => void,
): Part => ({
  name: 'postgres',
  needs: [],
  start: (signal) => {
    if (backupDir !== undefined) makeBackupFolder(backupDir);
    return startPostgres({
      ...{ port, signal, onLine, ensureDatabase, durable: true },
      dataDir: join(plan.varDir, 'postgres'),
      settings: backupDir === undefined ? {} : archiveSettings(backupDir),
    });
  },
});

const temporalPart = (
  plan: Plan,
  server: { readonly port: number; readonly uiPort: number; readonly cliPath: string },
  { isNamespaceKnown }: Setup,
  onLine: (line: string) => void,
): Part => ({
  name: 'temporal',
  needs: [],
  start: (signal) =>
    startTemporalServer({
      ...{ ...server, isNamespaceKnown, signal, onLine },
      namespace: plan.namespace,
      store: { file: join(plan.varDir, 'temporal', 'temporal.db') },
      codecUrl: `${plan.apiUrl}/codec`,
    }),
});

/**
 * Everything that `npm start` runs, in the order of starting, without parts that the environment
 * places elsewhere. Output goes to `<VAR_DIR>/logs/<part>.log`, warnings and errors also to the
 * terminal. The mail sink sets the worker's `SMTP_URL`.
 */
export const localParts = (
  plan: Plan,
  setup: Setup,
  { temporalCli, terminal }: { temporalCli: string | undefined; terminal: Terminal },
): readonly Part[] => {
  const env: Record<string, string | undefined> = { ...plan.env };
  const logFile = (name: string) => join(plan.varDir, 'logs', `${name}.log`);
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
      await setup.prepareStores();
      return undefined;
    },
  };
  const version: Part = {
    name: 'version',
    needs: ['worker'],
    start: async () => {
      await setup.sendAllHere();
      return undefined;
    },
  };
  const { postgres, temporal, simulatorUrl, mailSink } = plan;
  return [
    ...(postgres ? [postgresPart(plan, postgres, setup, logOf('postgres'))] : []),
    ...(temporal && temporalCli
      ? [temporalPart(plan, { ...temporal, cliPath: temporalCli }, setup, logOf('temporal'))]
      : []),
    ...(simulatorUrl ? [child('simulators', [], `${simulatorUrl}/healthz`)] : []),
    ...(mailSink ? [mailPart(mailSink, (url) => (env['SMTP_URL'] = url))] : []),
    schema,
    child('worker', ['schema', 'mail'], `${plan.workerUrl}/readyz`),
    // On a server of their own, operators choose the version.
    ...(temporal ? [version] : []),
    // Not `/readyz`, which also waits for the worker, a part of its own.
    child('api', ['schema'], `${plan.apiUrl}/healthz`),
  ];
};
