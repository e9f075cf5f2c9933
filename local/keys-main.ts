import { parseArgs } from 'node:util';
import { type Role, roles } from '../contracts/v1/roles.js';
import type { Pool } from '../db/pool.js';
import { createKey, listKeys, revokeKey } from '../services/keys.js';
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
  npm run keys -- create --role ROLE --name NAME   make a key and show it once
  npm run keys -- list                             show who holds keys; never the keys
  npm run keys -- revoke --name NAME               end a key; the API knows within 5 s

  ROLE  ${roles.join(', ')}
  NAME  1 to 32 of a-z, 0-9 and -; it stands in the audit trail as role:name

The database is DATABASE_URL, else the one that \`npm start\` runs.
`;

/** The name of the keys from `API_KEYS_FILE`, which the API imports at every start. */
const fileKeysName = 'local';

const readName = (name: string | undefined): string => {
  if (name === undefined) throw new UsageError('--name is missing');
  if (!/^[a-z0-9-]{1,32}$/.test(name)) {
    throw new UsageError('--name must have 1 to 32 characters of a-z, 0-9 and -');
  }
  if (name === fileKeysName) {
    throw new UsageError(
      `--name ${fileKeysName} is kept for the keys of API_KEYS_FILE: change that file instead`,
    );
  }
  return name;
};

const readRole = (role: string | undefined): Role => {
  const known = roles.find((candidate) => candidate === role);
  if (known !== undefined) return known;
  const problem = role === undefined ? '--role is missing' : 'this role is not known';
  throw new UsageError(`${problem}; the roles are ${roles.join(', ')}`);
};

const create = async (pool: Pool, role: Role, name: string): Promise<void> => {
  const isTaken = (await listKeys({ db: pool })).some(
    (key) => key.name === name && key.revokedAt === null,
  );
  if (isTaken) {
    throw new Refusal(`${name} holds a key already: revoke it first, or take another name.`);
  }
  const context = { db: pool, actor: commandLine, now: new Date() };
  const key = await createKey(context, { role, name });
  // Only the key goes to stdout, so that a script can store it directly.
  process.stdout.write(`${key}\n`);
  process.stderr.write(
    `\nThis is the key of ${role}:${name}. It is shown this once and stored only as a hash:\n` +
      'put it into a secret store now. Whoever has it can act in that name until it is revoked.\n',
  );
};

const list = async (pool: Pool): Promise<void> => {
  const keys = await listKeys({ db: pool });
  const rows = keys.map(({ name, role, createdAt, revokedAt }) => [
    name,
    role,
    shownTime(createdAt),
    revokedAt === null ? 'live' : `revoked ${shownTime(revokedAt)}`,
  ]);
  printTable([['NAME', 'ROLE', 'CREATED', 'STATE'], ...rows]);
};

const revoke = async (pool: Pool, name: string): Promise<void> => {
  const revoked = await revokeKey({ db: pool, actor: commandLine, now: new Date() }, { name });
  if (revoked === 0) throw new Refusal(`${name} holds no live key; \`list\` shows who does.`);
  process.stdout.write(`The key of ${name} is revoked; the API refuses it within 5 seconds.\n`);
};

const parseCommand = (args: string[]): Command | 'help' => {
  const options = {
    role: { type: 'string' },
    name: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help === true) return 'help';
  const [verb, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError('more words than one command');
  const refuseOption = (option: 'role' | 'name') => {
    if (values[option] !== undefined) throw new UsageError(`${verb} takes no --${option}`);
  };
  switch (verb) {
    case 'create': {
      const role = readRole(values.role);
      const name = readName(values.name);
      return (pool) => create(pool, role, name);
    }
    case 'list':
      refuseOption('role');
      refuseOption('name');
      return list;
    case 'revoke': {
      refuseOption('role');
      const name = readName(values.name);
      return (pool) => revoke(pool, name);
    }
    default:
      throw new UsageError(verb === undefined ? 'no command was given' : 'no such command');
  }
};

await runCommand(usage, parseCommand);
