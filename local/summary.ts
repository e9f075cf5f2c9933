import { relative } from 'node:path';
import { type LocalRole, localRoles } from './local-roles.js';
import type { Plan } from './setup.js';
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
const bearer = (plan: Plan, key: string | undefined): string => {
  if (key !== undefined) return `"Authorization: Bearer ${key}"`;
  const script = `require(${JSON.stringify(plan.keysFile)}).oms`;
  return `"Authorization: Bearer $(node -p ${shellQuote(script)})"`;
};

const tryIt = (plan: Plan, key: string | undefined, example: string): string[] => [
  `curl -sS ${plan.apiUrl}/transaction \\`,
  `  -H ${bearer(plan, key)} \\`,
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
  plan: Plan,
  { keys, entry }: Secrets,
  startedInMs: number,
  terminal: Terminal,
): void => {
  const { paint, isInteractive } = terminal;
  const row = (label: string, text: string) =>
    `  ${paint('dim', label.padEnd(labelWidth))}${text}\n`;
  const link = (url: string) => paint('cyan', url);
  const { postgres, temporal, simulatorUrl, mailSink } = plan;
  const postgresUrl = `postgres://verdict@127.0.0.1:${postgres?.port}/verdict`;
  const temporalUrl = `http://127.0.0.1:${temporal?.uiPort}`;
  const keyRows = isInteractive
    ? localRoles.map((role, index) =>
        row(index === 0 ? 'Keys' : '', `${role.padEnd(10)}${keys[role]}`),
      )
    : [row('Keys', shown(plan.keysFile))];
  const consoleUrl =
    isInteractive && entry !== undefined
      ? `${link(`${plan.apiUrl}/console/enter/${entry}`)} ${paint('dim', '(once, for 15 min)')}`
      : link(`${plan.apiUrl}/console/`);
  const time = paint('dim', `(${(startedInMs / 1000).toFixed(1)} s)`);
  const lines = [
    `\n  ${paint('bold', 'Verdict is ready')} ${time}\n\n`,
    row('API', link(plan.apiUrl)),
    row('Console', consoleUrl),
    row('API docs', link(`${plan.apiUrl}/docs`)),
    row('Temporal UI', temporal ? link(temporalUrl) : 'that of TEMPORAL_ADDRESS'),
    row('Postgres', postgres ? link(postgresUrl) : 'that of DATABASE_URL'),
    row('Simulators', simulatorUrl ? link(simulatorUrl) : 'not needed'),
    '\n',
    row('State', `${shown(plan.varDir)}/`),
    row('Logs', `${shown(plan.varDir)}/logs/`),
    row('Mails', mailSink ? `${shown(mailSink.folder)}/` : 'sent by SMTP_URL'),
    row('Accounts', shown(plan.accountsFile)),
    ...keyRows,
    `\n  ${paint('bold', 'Try it')}\n\n`,
    ...tryIt(plan, isInteractive ? keys.oms : undefined, exampleOrder).map((l) => `    ${l}\n`),
    `\n  ${paint('bold', 'Ctrl-C')} stops everything.\n\n`,
  ];
  terminal.write(lines.join(''));
};
