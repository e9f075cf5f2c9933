import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, type Exit, launch, type ManagedProcess } from './managed-process.js';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { choosePostgresIdentity, giveTo, type PostgresIdentity } from './postgres-identity.js';
import { clearPostgresLeftovers } from './postgres-leftovers.js';
import { untilReady } from './readiness.js';
import { StartFailure } from './start-failure.js';

export interface PostgresOptions {
  /** Absolute path; created on the first start. */
  readonly dataDir: string;
  readonly port: number;
  /** False gives up crash safety for speed; for tests only. */
  readonly durable: boolean;
  /** `shared_buffers` in Postgres's notation; 64MB by default. */
  readonly sharedBuffers?: string;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** 30 s by default. */
  readonly startTimeoutMs?: number;
  /** Chosen by what this machine allows by default. */
  readonly identity?: PostgresIdentity;
  /** By default that of `postgres-database.ts`, which loads the driver into this process. */
  readonly ensureDatabase?: EnsureDatabase;
  /** More settings of the server, such as those of an archive. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Checks that exactly the server of this data folder answers at this URL of its `postgres`
 * database, and creates a database on the first start. False when another server answers.
 */
export type EnsureDatabase = (url: string, dataDir: string, name: string) => Promise<boolean>;

export interface PostgresServer {
  /** Database `verdict`, user `verdict`, loopback only. */
  readonly url: string;
  readonly exited: Promise<Exit>;
  readonly stop: (graceMs?: number) => Promise<void>;
}

const name = 'verdict';
const usualStartMs = 30_000;

// Loopback only and no socket files, so that trusting every connection means trusting this machine.
const commonSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};
const durableSettings = { ...commonSettings, max_connections: '60' };
const testSettings = {
  ...commonSettings,
  max_connections: '200',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

const environment = (binaries: PostgresBinaries) => ({
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  ...binaries.env,
});

/** Creates the data folder atomically: a killed `initdb` leaves only the draft. */
const initialise = async (
  { dataDir }: PostgresOptions,
  binaries: PostgresBinaries,
  identity: PostgresIdentity,
): Promise<void> => {
  const draft = `${dataDir}.tmp`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  giveTo(identity.owner, draft);
  const command: Command = [
    binaries.initdb,
    ...['-D', draft, '-U', name, '--auth=trust', '--encoding=UTF8', '--locale=C'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
  ];
  const options = { env: environment(binaries), cwd: dirname(dataDir) };
  const initdb = launch(command, options, identity.wrapper);
  const { ok, reason } = await initdb.exited;
  if (!ok) throw new StartFailure(`initdb failed (${reason})`, initdb.lastLines().slice(-10));
  renameSync(draft, dataDir);
};

const checkVersion = (dataDir: string, { major }: PostgresBinaries): void => {
  const found = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  if (found === major) return;
  throw new StartFailure(
    `${dataDir} holds data of Postgres ${found}, but the embedded server is ${major}. ` +
      'Move the folder away, or set DATABASE_URL.',
  );
};

/**
 * Logged after a SIGTERM: the server refuses new connections and waits for existing ones, which
 * never close. It is stopped, so that the supervisor restarts it.
 */
const halfShut = 'received smart shutdown request';
const endGraceMs = 30_000;

const run = (
  options: PostgresOptions,
  binaries: PostgresBinaries,
  identity: PostgresIdentity,
): ManagedProcess => {
  const settings = Object.entries({
    ...(options.durable ? durableSettings : testSettings),
    shared_buffers: options.sharedBuffers ?? '64MB',
    ...options.settings,
  });
  const command: Command = [
    binaries.postgres,
    ...['-D', options.dataDir, '-p', String(options.port)],
    ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
  const onLine = (line: string): void => {
    options.onLine?.(line);
    if (line.includes(halfShut)) void server.stop(endGraceMs);
  };
  const server = launch(
    command,
    { env: environment(binaries), cwd: options.dataDir, stopSignal: 'SIGINT', onLine },
    identity.wrapper,
  );
  return server;
};

/**
 * Starts the embedded Postgres on `dataDir`, which it creates if needed, after ending a server that
 * an earlier start left there. Throws `StartFailure` with the server's last lines.
 */
export const startPostgres = async (options: PostgresOptions): Promise<PostgresServer> => {
  const { dataDir, port } = options;
  const binaries = findPostgresBinaries(`${dataDir}.lib`);
  const identity = options.identity ?? choosePostgresIdentity();
  if (!existsSync(join(dataDir, 'PG_VERSION'))) await initialise(options, binaries, identity);
  checkVersion(dataDir, binaries);
  await clearPostgresLeftovers(dataDir);
  giveTo(identity.owner, dataDir);

  const server = run(options, binaries, identity);
  const base = `postgres://${name}@127.0.0.1:${port}`;
  const ensureDatabase =
    options.ensureDatabase ?? (await import('./postgres-database.js')).ensureDatabase;
  await untilReady({
    name: 'postgres',
    process: server,
    probe: () => ensureDatabase(`${base}/postgres`, dataDir, name),
    timeoutMs: options.startTimeoutMs ?? usualStartMs,
    signal: options.signal,
  });
  return { url: `${base}/${name}`, exited: server.exited, stop: server.stop };
};
