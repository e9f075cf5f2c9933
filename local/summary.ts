import { relative } from 'node:path';
import type { LocalConfig } from './config.js';
import { type LocalRole, localRoles } from './keys-file.js';
import type { Terminal } from './terminal.js';

const labelWidth = 14;
const exampleOrder = 'local/example-transaction.json';

/** A path relative to the current folder, if that is shorter. */
const shown = (path: string): string => {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere;
};

const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The key itself only on a terminal; otherwise a command that reads it from the file. */
const bearer = (config: LocalConfig, key: string | undefined): string => {
  if (key !== undefined) return `"Authorization: Bearer ${key}"`;
  const script = `require(${JSON.stringify(config.keysFile)}).oms`;
  return `"Authorization: Bearer $(node -p ${shellQuote(script)})"`;
};

const tryIt = (config: LocalConfig, key: string | undefined, example: string): string[] => [
  `curl -sS ${config.apiUrl}/transaction \\`,
  `  -H ${bearer(config, key)} \\`,
  `  -H "Content-Type: application/json" \\`,
  `  --data @${/^[\w./-]+$/.test(example) ? example : shellQuote(example)}`,
];

/** What only a person at a terminal may see. */
interface Secrets {
  readonly keys: Readonly<Record<LocalRole, string>>;
  /** The token of a link that signs in to the console once. */
  readonly entry: string | undefined;
}

/** Prints what a person needs after `npm start`: where everything is, and what to try. */
export const writeSummary = (
  config: LocalConfig,
  { keys, entry }: Secrets,
  startedInMs: number,
  terminal: Terminal,
): void => {
  const { paint, isInteractive } = terminal;
  const row = (label: string, text: string) =>
    `  ${paint('dim', label.padEnd(labelWidth))}${text}\n`;
  const link = (url: string) => paint('cyan', url);
  const { postgres, temporal, simulatorUrl, mailSink } = config;
  const postgresUrl = `postgres://verdict@127.0.0.1:${postgres?.port}/verdict`;
  const temporalUrl = `http://127.0.0.1:${temporal?.uiPort}`;
  const keyRows = isInteractive
    ? localRoles.map((role, index) =>
        row(index === 0 ? 'Keys' : '', `${role.padEnd(10)}${keys[role]}`),
      )
    : [row('Keys', shown(config.keysFile))];
  const consoleUrl =
    isInteractive && entry !== undefined
      ? `${link(`${config.apiUrl}/console/enter/${entry}`)} ${paint('dim', '(once, for 15 min)')}`
      : link(`${config.apiUrl}/console/`);
  const time = paint('dim', `(${(startedInMs / 1000).toFixed(1)} s)`);
  const lines = [
    `\n  ${paint('bold', 'Verdict is ready')} ${time}\n\n`,
    row('API', link(config.apiUrl)),
    row('Console', consoleUrl),
    row('API docs', link(`${config.apiUrl}/docs`)),
    row('Temporal UI', temporal ? link(temporalUrl) : 'that of TEMPORAL_ADDRESS'),
    row('Postgres', postgres ? link(postgresUrl) : 'that of DATABASE_URL'),
    row('Simulators', simulatorUrl ? link(simulatorUrl) : 'not needed'),
    '\n',
    row('State', `${shown(config.varDir)}/`),
    row('Logs', `${shown(config.varDir)}/logs/`),
    row('Mails', mailSink ? `${shown(mailSink.folder)}/` : 'sent by SMTP_URL'),
    row('Accounts', shown(config.accountsFile)),
    ...keyRows,
    `\n  ${paint('bold', 'Try it')}\n\n`,
    ...tryIt(config, isInteractive ? keys.oms : undefined, exampleOrder).map((l) => `    ${l}\n`),
    `\n  ${paint('bold', 'Ctrl-C')} stops everything.\n\n`,
  ];
  terminal.write(lines.join(''));
};
