import { parseArgs } from 'node:util';
import pg from 'pg';
import { z } from 'zod';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { type Role, roles } from '../contracts/v1/roles.js';
import { createPool, type Pool } from '../db/pool.js';
import { ConfigError, parseEnvironment, port, secret, withSecretFiles } from '../runtime/env.js';
import { createKey, listKeys, revokeKey } from '../services/keys.js';

const usage = `Usage:
  npm run keys -- create --role ROLE --name NAME   make a key and show it once
  npm run keys -- list                             show who holds keys; never the keys
  npm run keys -- revoke --name NAME               end a key; the API knows within 5 s

  ROLE  ${roles.join(', ')}
  NAME  1 to 32 of a-z, 0-9 and -; it stands in the audit trail as role:name

The database is DATABASE_URL, else the one that \`npm start\` runs.
`;

/** The command line is invalid. The message is for the person who typed it. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command is valid but cannot be carried out. */
class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** The name of the keys from `API_KEYS_FILE`, which the API imports at every start. */
const fileKeysName = 'local';

const actor = { name: 'cli' };
const databaseTimeoutMs = 5000;
/** PostgreSQL's `undefined_table`. */
const undefinedTable = '42P01';

const Variables = z.object({ DATABASE_URL: secret.optional(), PGPORT: port.prefault('54329') });

const openPool = (): Pool => {
  const env = withSecretFiles(process.env, ['DATABASE_URL']);
  const { DATABASE_URL, PGPORT } = parseEnvironment(Variables, env);
  const databaseUrl = DATABASE_URL?.reveal() ?? `postgres://verdict@127.0.0.1:${PGPORT}/verdict`;
  return createPool({ databaseUrl, connections: 1, timeoutMs: databaseTimeoutMs });
};

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
  const key = await createKey({ db: pool, actor, now: new Date() }, { role, name });
  // Only the key goes to stdout, so that a script can store it directly.
  process.stdout.write(`${key}\n`);
  process.stderr.write(
    `\nThis is the key of ${role}:${name}. It is shown this once and stored only as a hash:\n` +
      'put it into a secret store now. Whoever has it can act in that name until it is revoked.\n',
  );
};

const shownTime = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const list = async (pool: Pool): Promise<void> => {
  const keys = await listKeys({ db: pool });
  const rows = keys.map(({ name, role, createdAt, revokedAt }) => [
    name,
    role,
    shownTime(createdAt),
    revokedAt === null ? 'live' : `revoked ${shownTime(revokedAt)}`,
  ]);
  const table = [['NAME', 'ROLE', 'CREATED', 'STATE'], ...rows];
  const widthOf = (column: number) => Math.max(...table.map((row) => row[column]?.length ?? 0));
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widthOf(column)))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
};

const revoke = async (pool: Pool, name: string): Promise<void> => {
  const revoked = await revokeKey({ db: pool, actor, now: new Date() }, { name });
  if (revoked === 0) throw new Refusal(`${name} holds no live key; \`list\` shows who does.`);
  process.stdout.write(`The key of ${name} is revoked; the API refuses it within 5 seconds.\n`);
};

type Command = (pool: Pool) => Promise<void>;

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

const main = async (): Promise<void> => {
  const command = parseCommand(process.argv.slice(2));
  if (command === 'help') {
    process.stdout.write(usage);
    return;
  }
  const pool = openPool();
  try {
    await command(pool);
  } finally {
    await pool.end();
  }
};

/** `parseArgs` marks its own refusals by code; their texts name options only. */
const isBadOption = (error: unknown): error is Error =>
  error instanceof TypeError && String((error as { code?: unknown }).code).startsWith('ERR_PARSE');

const explain = (error: unknown): { readonly text: string; readonly exitCode: 1 | 2 } => {
  if (error instanceof UsageError || isBadOption(error)) {
    return { text: `${error.message}\n\n${usage}`, exitCode: 2 };
  }
  if (error instanceof ConfigError) return { text: `${error.message}\n`, exitCode: 2 };
  if (error instanceof Refusal) return { text: `${error.message}\n`, exitCode: 1 };
  if (error instanceof TemporarilyUnavailable) {
    const text = 'Postgres cannot be reached: start Verdict with `npm start`, or set DATABASE_URL.';
    return { text: `${text}\n`, exitCode: 1 };
  }
  if (error instanceof pg.DatabaseError) {
    const isEmpty = error.code === undefinedTable;
    const text = isEmpty
      ? 'The database has no schema yet: run `npm run migrate` first.'
      : `Postgres refused (SQLSTATE ${error.code}).`;
    return { text: `${text}\n`, exitCode: 1 };
  }
  throw error;
};

try {
  await main();
} catch (error) {
  const { text, exitCode } = explain(error);
  process.stderr.write(text);
  process.exitCode = exitCode;
}
