import pg from 'pg';
import { z } from 'zod';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { createPool, type Pool } from '../db/pool.js';
import { ConfigError, parseEnvironment, port, secret, withSecretFiles } from '../runtime/env.js';
import { StartFailure } from './start-failure.js';

/** The command line is invalid. The message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command is valid but cannot be carried out. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Who acts, in the audit trail. */
export const commandLine = { name: 'cli' };

/** What a command line asks for: work with something that is open meanwhile. */
export type CommandOn<Opened> = (opened: Opened) => Promise<void>;

/** The work of most commands. */
export type Command = CommandOn<Pool>;

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

/**
 * Whether the command line is at fault. `parseArgs` marks its refusals by code, and names options
 * only.
 */
export const isUsageError = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof TypeError &&
    String((error as { code?: unknown }).code).startsWith('ERR_PARSE'));

const explain = (
  error: unknown,
  usage: string,
): { readonly text: string; readonly exitCode: 1 | 2 } => {
  if (isUsageError(error)) {
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

const run = async (command: Command): Promise<void> => {
  const pool = openPool();
  try {
    await command(pool);
  } finally {
    await pool.end();
  }
};

/**
 * Runs the command of this process's command line on what `open` opens for it, or prints the usage
 * for `help`. A refusal goes to stderr: exit code 2 for a wrong command line or environment,
 * otherwise 1.
 */
export const runCommandOn = async <Opened>(
  usage: string,
  parse: (args: string[]) => CommandOn<Opened> | 'help',
  open: (command: CommandOn<Opened>) => Promise<void>,
): Promise<void> => {
  try {
    const command = parse(process.argv.slice(2));
    if (command === 'help') process.stdout.write(usage);
    else await open(command);
  } catch (error) {
    const { text, exitCode } = explain(error, usage);
    process.stderr.write(text);
    process.exitCode = exitCode;
  }
};

/** Runs the command of this process's command line on Postgres, as `runCommandOn` does. */
export const runCommand = (
  usage: string,
  parse: (args: string[]) => Command | 'help',
): Promise<void> => runCommandOn(usage, parse, run);

/** Says on stderr what ended a command that brings Verdict up, and ends this process. */
export const endByError = (error: unknown, usage: string): never => {
  if (isUsageError(error)) process.stderr.write(`${error.message}\n\n${usage}`);
  else if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else if (error instanceof StartFailure) process.stderr.write(`\n${error.message}\n`);
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(isUsageError(error) ? 2 : 1);
};

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;

/** Reads an option that is a time with its zone. Throws `UsageError`. */
export const readInstant = (option: string, text: string | undefined): Date | undefined => {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (instant.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new UsageError(`--${option} must be a time with its zone, such as 2026-11-29T14:32:00Z`);
};

/** `2026-11-29 14:32 UTC` */
export const shownTime = (at: Date): string =>
  `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Prints rows in columns; the first one has their names. */
export const printTable = (rows: readonly (readonly string[])[]): void => {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widthOf(column)))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
};
