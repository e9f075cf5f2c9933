import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { inject } from 'vitest';
import { parseKeyring } from '../../runtime/keyring.js';
import { ensureLocalSecrets } from '../../runtime/local-secrets.js';
import { Secret } from '../../runtime/secret.js';
import { createTemporalClient } from '../../runtime/temporal.js';
import { startSimulators } from '../../simulators/server.js';
import { type Child, root, startChild } from './child.js';
import { freePort } from './ports.js';
import { createDatabase, createMigratedDatabase, openTestPool } from './postgres.js';
import { removeSchedules } from './schedules.js';
import { partnerCredentials } from './partner-environment.js';
import { makeTempDir } from './temp-dir.js';
import { until } from './until.js';

export const keys = {
  oms: 'test-key-oms',
  reviewer: 'test-key-reviewer',
  lead: 'test-key-lead',
  analyst: 'test-key-analyst',
  operator: 'test-key-operator',
  aifi: 'test-key-aifi',
  sparkfly: 'test-key-sparkfly',
  admin: 'test-key-admin',
} as const;

type KeyName = keyof typeof keys | 'none';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is empty. */
  readonly json: unknown;
}

/** A whole Verdict: real API and worker processes, simulators, and a new database. */
export interface Stack {
  readonly env: Record<string, string>;
  readonly url: string;
  readonly db: pg.Pool;
  readonly temporal: Client;
  readonly api: Child;
  readonly worker: Child;
  /** Every line that any process of this stack has printed. */
  readonly printed: () => string[];
  /** Resolves with the first printed line that has each of `texts`: lines reach us by a pipe. */
  readonly expectPrinted: (...texts: readonly string[]) => Promise<string>;
  readonly get: (path: string, key?: KeyName) => Promise<Reply>;
  readonly post: (path: string, body: unknown, key?: KeyName) => Promise<Reply>;
  readonly put: (path: string, body: unknown, key: KeyName) => Promise<Reply>;
  readonly remove: (path: string, key: KeyName) => Promise<Reply>;
  readonly calls: (partner: string) => Promise<SimulatorCall[]>;
  /** Sets the faults of a simulator, or clears them. */
  readonly setFault: (partner: string, fault: unknown) => Promise<void>;
  readonly restartWorker: () => Promise<void>;
  /**
   * Ends API and worker, prepares the database as another checkout does, by default this one, and
   * starts API and worker of that checkout.
   */
  readonly changeTo: (checkout?: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface SimulatorCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
  readonly status: number | null;
}

const request = async (url: string, init: RequestInit): Promise<Reply> => {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const json: unknown = text !== '' && isJson ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
};

const authorization = (key: KeyName): Record<string, string> =>
  key === 'none' ? {} : { authorization: `Bearer ${keys[key]}` };

/**
 * A longer budget, because orders take longer on a busy machine. Tests of deadlines set their own.
 */
const budget = (): Record<string, string> => {
  const budgetMs = process.env['TEST_DECISION_BUDGET_MS'];
  return budgetMs === undefined ? {} : { DECISION_BUDGET_MS: budgetMs };
};

const environment = async (
  databaseUrl: string,
  folder: string,
  simulatorUrl: string,
): Promise<Record<string, string>> => {
  const keysFile = join(folder, 'keys.json');
  writeFileSync(keysFile, JSON.stringify(keys), { mode: 0o600 });
  const port = await freePort();
  return {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_TASK_QUEUE: `test-${port}-${Date.now()}`,
    PORT: String(port),
    METRICS_PORT: String(await freePort()),
    VAR_DIR: inject('varDir'),
    API_KEYS_FILE: keysFile,
    SARDINE_URL: `${simulatorUrl}/sardine`,
    YLEO_URL: `${simulatorUrl}/yleo`,
    ...partnerCredentials,
    OMS_URL: `${simulatorUrl}/oms`,
    OMS_TOKEN: 'test-oms-token',
    LOG_LEVEL: 'info',
    // Stacks start often: a whole rehearsal would take each a second of processor time.
    REHEARSAL_ROUNDS: '1',
    ...budget(),
  };
};

/** `{simulators}` in a variable stands for the simulators' address, known only once they run. */
const placed = (overrides: Record<string, string>, simulatorUrl: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(overrides).map(([name, value]) => [
      name,
      value.replace('{simulators}', simulatorUrl),
    ]),
  );

const temporalClient = (): Client => {
  const secrets = ensureLocalSecrets(inject('varDir'));
  return createTemporalClient({
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_API_KEY: undefined,
    TEMPORAL_TLS: 'false',
    payloadKeys: parseKeyring(new Secret(secrets['PAYLOAD_KEYS'] ?? '')),
  });
};

/** What operators do before they start a version. */
const migrateAs = async (checkout: string, env: Record<string, string>): Promise<void> => {
  const migration = startChild('local/migrate-main.ts', env, checkout);
  await Promise.all([migration.printed('are ready'), migration.ended]);
};

/**
 * Starts a stack. `overrides` are environment variables of API and worker; `via` may rewrite the
 * URL by which they reach their database. API, worker
 * and schema are those of `checkout`.
 */
export const startStack = async (
  overrides: Record<string, string> = {},
  via: (databaseUrl: string) => string = (databaseUrl) => databaseUrl,
  checkout = root,
): Promise<Stack> => {
  const folder = makeTempDir();
  const make = checkout === root ? createMigratedDatabase : createDatabase;
  const database = await make(inject('postgresUrl'));
  const simulators = await startSimulators({
    port: 0,
    credentials: partnerCredentials,
    oms: { token: 'test-oms-token' },
    sparkfly: { identity: 'test-identity', key: 'test-sparkfly-key' },
  });
  const env = {
    ...(await environment(via(database.url), folder.path, simulators.url)),
    ...placed(overrides, simulators.url),
  };
  const db = openTestPool(database.url, 3);
  const temporal = temporalClient();
  if (checkout !== root) await migrateAs(checkout, env);
  let version = checkout;
  const all: Child[] = [];
  const begin = (part: 'api' | 'worker'): Child => {
    const child = startChild(`${part}/main.ts`, env, version);
    all.push(child);
    return child;
  };
  const children = { api: begin('api'), worker: begin('worker') };
  const bothRun = () =>
    Promise.all([children.api.printed('"listening"'), children.worker.printed('"polling"')]);
  await bothRun();
  const url = `http://127.0.0.1:${env['PORT']}`;
  const send = (method: string, path: string, key: KeyName, body?: unknown) =>
    request(`${url}${path}`, {
      method,
      headers: { ...authorization(key), 'content-type': 'application/json' },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const printed = () => all.flatMap((child) => child.lines);
  return {
    env,
    url,
    db,
    temporal,
    get api() {
      return children.api;
    },
    get worker() {
      return children.worker;
    },
    printed,
    expectPrinted: (...texts) =>
      until(`a line has ${texts.join(' and ')}`, async () =>
        printed().find((line) => texts.every((text) => line.includes(text))),
      ),
    get: (path, key = 'oms') => send('GET', path, key),
    post: (path, body, key = 'oms') => send('POST', path, key, body),
    put: (path, body, key) => send('PUT', path, key, body),
    remove: (path, key) => send('DELETE', path, key),
    calls: async (partner) =>
      (await request(`${simulators.url}/_calls/${partner}`, {})).json as SimulatorCall[],
    setFault: async (partner, fault) => {
      const reply = await request(`${simulators.url}/_faults/${partner}`, {
        method: fault === undefined ? 'DELETE' : 'PUT',
        headers: { 'content-type': 'application/json' },
        ...(fault === undefined ? {} : { body: JSON.stringify(fault) }),
      });
      if (reply.status >= 300) throw new Error(`fault refused: ${reply.text}`);
    },
    restartWorker: async () => {
      await children.worker.end();
      children.worker = begin('worker');
      await children.worker.printed('"polling"');
    },
    changeTo: async (other = root) => {
      await Promise.all([children.api.end(), children.worker.end()]);
      version = other;
      await migrateAs(version, env);
      Object.assign(children, { api: begin('api'), worker: begin('worker') });
      await bothRun();
    },
    stop: async () => {
      await Promise.all([children.api.end(), children.worker.end()]);
      await removeSchedules(temporal, env['TEMPORAL_TASK_QUEUE'] ?? '');
      await temporal.connection.close();
      await simulators.close();
      await db.end();
      await database.drop();
      folder.remove();
    },
  };
};
