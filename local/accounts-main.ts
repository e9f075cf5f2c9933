import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import {
  AccountName,
  type AccountRole,
  accountRoles,
  DisplayName,
} from '../contracts/v1/accounts.js';
import type { Pool } from '../db/pool.js';
import {
  type AccountChange,
  changeRole,
  createAccount,
  disableAccount,
  enableAccount,
  type ListedAccount,
  listAccounts,
  resetPassword,
} from '../services/accounts/accounts.js';
import { createPasswords } from '../services/accounts/passwords.js';
import {
  type Command,
  commandLine,
  printTable,
  Refusal,
  runCommand,
  shownTime,
  UsageError,
} from './command.js';

const usage = `Usage:
  npm run accounts -- create NAME ROLE [--display-name TEXT] [--password-stdin]
  npm run accounts -- list               show every account; never a password
  npm run accounts -- reset NAME         print a new password, which NAME has to change
  npm run accounts -- role NAME ROLE     give another role; ends NAME's sessions
  npm run accounts -- disable NAME       let NAME in no more; ends NAME's sessions
  npm run accounts -- enable NAME        let NAME in again

  NAME  1 to 32 of a-z, 0-9, . and -; it stands in the audit trail as role:name
  ROLE  ${accountRoles.join(', ')}

create prints a first password, which NAME has to change at the first sign-in. With
--password-stdin it reads the password from standard input instead.
The database is DATABASE_URL, else the one that \`npm start\` runs.
`;

const contextOf = (pool: Pool) => ({
  ...{ db: pool, actor: commandLine, now: new Date() },
  passwords: createPasswords(),
});

const readName = (name: string | undefined): string => {
  const read = AccountName.safeParse(name);
  if (read.success) return read.data;
  throw new UsageError(
    name === undefined ? 'NAME is missing' : `NAME ${read.error.issues[0]?.message ?? ''}`,
  );
};

const readRole = (role: string | undefined): AccountRole => {
  const known = accountRoles.find((candidate) => candidate === role);
  if (known !== undefined) return known;
  const problem = role === undefined ? 'ROLE is missing' : 'this role is not known';
  throw new UsageError(`${problem}; the roles are ${accountRoles.join(', ')}`);
};

const readDisplayName = (given: string): string => {
  const read = DisplayName.safeParse(given);
  if (read.success) return read.data;
  throw new UsageError(`--display-name ${read.error.issues[0]?.message ?? ''}`);
};

/** Only the password goes to stdout, so that a script can store it directly. */
const printPassword = (name: string, password: string): void => {
  process.stdout.write(`${password}\n`);
  process.stderr.write(
    `\nThis is the password of ${name}. It is shown this once and stored only as a hash.\n` +
      `${name} has to choose another one at the first sign-in.\n`,
  );
};

const create = async (
  pool: Pool,
  account: { readonly name: string; readonly role: AccountRole; readonly displayName: string },
  readsPassword: boolean,
): Promise<void> => {
  const { name } = account;
  // An editor or `echo` ends the line.
  const password = readsPassword ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined;
  const result = await createAccount(contextOf(pool), { ...account, password });
  if (result.kind === 'taken') throw new Refusal(`There is an account ${name} already.`);
  if (result.kind === 'weak') throw new Refusal(result.problem);
  if (result.password === undefined) process.stdout.write(`${name} can sign in.\n`);
  else printPassword(name, result.password);
};

const stateOf = ({ disabledAt, lockedUntil, mustChangePassword }: ListedAccount): string => {
  if (disabledAt !== null) return `disabled ${shownTime(disabledAt)}`;
  if (lockedUntil !== null && lockedUntil > new Date()) return `waits ${shownTime(lockedUntil)}`;
  return mustChangePassword ? 'has to change the password' : 'active';
};

const list = async (pool: Pool): Promise<void> => {
  const rows = (await listAccounts({ db: pool })).map((account) => [
    account.name,
    account.role,
    account.signedInAt === null ? 'never' : shownTime(account.signedInAt),
    stateOf(account),
  ]);
  printTable([['NAME', 'ROLE', 'SIGNED IN', 'STATE'], ...rows]);
};

const unknown = (name: string): Refusal =>
  new Refusal(`There is no account ${name}; \`list\` shows all.`);

const reset = async (pool: Pool, name: string): Promise<void> => {
  const result = await resetPassword(contextOf(pool), name);
  if (result.kind === 'unknown') throw unknown(name);
  printPassword(name, result.password);
};

const tell = ({ kind }: AccountChange, name: string, done: string): void => {
  if (kind === 'unknown') throw unknown(name);
  if (kind === 'last_admin') {
    throw new Refusal(`${name} is the last administrator: make another one first.`);
  }
  process.stdout.write(`${name} ${done}\n`);
};

const changes = {
  disable: async (pool: Pool, name: string) =>
    tell(
      await disableAccount(contextOf(pool), name),
      name,
      'is disabled; its sessions have ended.',
    ),
  enable: async (pool: Pool, name: string) =>
    tell(await enableAccount(contextOf(pool), name), name, 'can sign in.'),
  reset,
} as const;

const parseArguments = (args: string[]) =>
  parseArgs({
    args,
    options: {
      'display-name': { type: 'string' },
      'password-stdin': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  });

const parseCommand = (args: string[]): Command | 'help' => {
  const { values, positionals } = parseArguments(args);
  if (values.help === true) return 'help';
  const [verb, ...words] = positionals;
  const most = { create: 2, role: 2, list: 0 }[verb ?? ''] ?? 1;
  if (words.length > most) throw new UsageError('more words than one command');
  const isCreate = verb === 'create';
  const options = [values['display-name'], values['password-stdin']];
  if (!isCreate && options.some((value) => value !== undefined)) {
    throw new UsageError('only create takes options');
  }
  switch (verb) {
    case 'create': {
      const [name, role] = [readName(words[0]), readRole(words[1])];
      const displayName = readDisplayName(values['display-name'] ?? name);
      const readsPassword = values['password-stdin'] === true;
      return (pool) => create(pool, { name, role, displayName }, readsPassword);
    }
    case 'list':
      return list;
    case 'role': {
      const [name, role] = [readName(words[0]), readRole(words[1])];
      return async (pool) =>
        tell(await changeRole(contextOf(pool), name, role), name, `is ${role} now.`);
    }
    case 'reset':
    case 'disable':
    case 'enable': {
      const name = readName(words[0]);
      return (pool) => changes[verb](pool, name);
    }
    default:
      throw new UsageError(verb === undefined ? 'no command was given' : 'no such command');
  }
};

await runCommand(usage, parseCommand);
