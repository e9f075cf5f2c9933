import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { inject } from 'vitest';
import { createApp } from '../../api/app.js';
import { createDecidedAnswers } from '../../api/decided-answers.js';
import type { ApiDeps } from '../../api/deps.js';
import type { Controls } from '../../contracts/controls.js';
import { createPool, type Pool } from '../../db/pool.js';
import { noLookups } from '../../domain/lookups.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { parseKeyring } from '../../runtime/keyring.js';
import { ensureLocalSecrets } from '../../runtime/local-secrets.js';
import { createLogger } from '../../runtime/logger.js';
import { createAlarm, createMetrics } from '../../runtime/metrics.js';
import { createPayloadCodec } from '../../runtime/payload-codec.js';
import { createRefreshed, type Refreshed } from '../../runtime/live-value.js';
import { Secret } from '../../runtime/secret.js';
import { createNativeClient } from '../../temporal/native-connection.js';
import { createVault } from '../../runtime/vault.js';
import { createBacktestClient } from '../../temporal/backtests.js';
import { createLearnedPointsClient } from '../../temporal/learned-points.js';
import { createScreeningClient } from '../../temporal/order-client.js';
import { screeningPolicyOf } from '../../temporal/order-input.js';
import { createRuns } from '../../temporal/order-runs.js';
import { loadControls, policyDefaultsOf } from '../../services/controls.js';
import { importKeysFile } from '../../services/keys.js';
import { readShippedRules } from '../../services/rule-sets/versions.js';
import { createRuleGuard } from '../../services/rule-sets/guard.js';
import { createMigratedDatabase } from '../support/postgres.js';
import { exampleSettings } from '../support/rules.js';
import { keys } from '../support/stack.js';

export interface ApiReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is not JSON. */
  readonly json: unknown;
}

export interface Ask {
  readonly method?: string;
  readonly key?: keyof typeof keys | undefined;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** The API in this process, with a database of its own and without a worker. */
export interface Api {
  readonly url: string;
  readonly databaseUrl: string;
  readonly pool: Pool;
  readonly deps: ApiDeps;
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  readonly ask: (path: string, ask?: Ask) => Promise<ApiReply>;
  readonly stop: () => Promise<void>;
}

/** One request to an API; `key` names the role whose test key is sent. */
export const askAt =
  (url: string) =>
  async (path: string, { method = 'GET', key, headers, body }: Ask = {}): Promise<ApiReply> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key && { authorization: `Bearer ${keys[key]}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : new Blob([body.slice()]),
      }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const json: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, json };
  };

const keyringOf = (list: string | undefined) => parseKeyring(new Secret(list ?? ''));

/** The shipped settings' policies. */
const policyDefaults = policyDefaultsOf(exampleSettings());

const shippedRules = readShippedRules('rules/default.yaml');

/** Loads only when the API asks for it, so that a test sees the effect of a change itself. */
const neverMs = 2 ** 30;

const createControls = async (pool: Pool): Promise<Refreshed<Controls>> =>
  createRefreshed({
    initial: await loadControls({ db: pool }, policyDefaults),
    load: () => loadControls({ db: pool }, policyDefaults),
    everyMs: neverMs,
    onFault: () => undefined,
  });

const createDeps = (
  pool: Pool,
  client: ReturnType<typeof createNativeClient>,
  controls: Refreshed<Controls>,
  varDir: string,
): ApiDeps => {
  const secrets = ensureLocalSecrets(varDir);
  const payloadKeys = keyringOf(secrets['PAYLOAD_KEYS']);
  const logger = createLogger('api', 'fatal');
  const metrics = createMetrics();
  return {
    db: pool,
    orderPool: pool,
    vault: createVault(payloadKeys),
    tokeniser: createTokeniser(
      keyringOf(secrets['CARD_TOKEN_KEYS']),
      Buffer.from(secrets['PARTNER_TOKEN_KEY'] ?? '', 'base64'),
    ),
    runs: createRuns(client, 'test-nobody-listens'),
    screening: createScreeningClient(client, 'test-nobody-listens'),
    decidedAnswers: createDecidedAnswers(),
    backtests: createBacktestClient(client, 'test-nobody-listens'),
    learnedPoints: createLearnedPointsClient(client, 'test-nobody-listens'),
    nudgeAifi: () => undefined,
    policy: screeningPolicyOf({
      DECISION_BUDGET_MS: 100,
      REVIEW_REMIND_AFTER: 3_600_000,
      REVIEW_EXPIRE_AFTER: 7_200_000,
      REVIEW_EXPIRE_ACTION: 'reject',
      partners: {},
    }),
    controls,
    policyDefaults,
    shippedRules,
    // A busy machine may take long for a valid text; the limits have tests of their own.
    ruleGuard: createRuleGuard({ timeLimitMs: 60_000 }),
    settings: exampleSettings(),
    lookups: noLookups,
    undoWindowMs: 10_000,
    claimTtlMs: 300_000,
    fourEyes: false,
    budgetMaxMs: 1500,
    configuredPartners: ['sardine'],
    codec: createPayloadCodec(payloadKeys),
    logger,
    metrics,
    alarm: createAlarm(logger, metrics),
    now: () => new Date(),
    uiOrigins: [],
    readQueueState: () => Promise.resolve({ kind: 'seen', polledAt: new Date() }),
  };
};

/** The servers that an API needs, and a folder for its secrets. */
export interface Servers {
  readonly postgresUrl: string;
  readonly temporalAddress: string;
  readonly varDir: string;
}

const serversOfRun = (): Servers => ({
  postgresUrl: inject('postgresUrl'),
  temporalAddress: inject('temporalAddress'),
  varDir: inject('varDir'),
});

/** Starts an API, by default on the servers of this test run. */
export const startApi = async (
  overrides: Partial<ApiDeps> = {},
  servers = serversOfRun(),
): Promise<Api> => {
  const database = await createMigratedDatabase(servers.postgresUrl);
  const pool = createPool({ databaseUrl: database.url, connections: 5, timeoutMs: 10_000 });
  await importKeysFile({ db: pool, now: new Date() }, JSON.stringify(keys));
  const secrets = ensureLocalSecrets(servers.varDir);
  const client = createNativeClient({
    TEMPORAL_ADDRESS: servers.temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_API_KEY: undefined,
    TEMPORAL_TLS: 'false',
    payloadKeys: keyringOf(secrets['PAYLOAD_KEYS']),
  });
  const controls = await createControls(pool);
  const deps = { ...createDeps(pool, client, controls, servers.varDir), ...overrides };
  const app = createApp(deps);
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    databaseUrl: database.url,
    pool,
    deps,
    routes: app.routes,
    ask: askAt(url),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await client.connection.close();
      await controls.stop();
      await deps.ruleGuard.close();
      await pool.end();
      await database.drop();
    },
  };
};
