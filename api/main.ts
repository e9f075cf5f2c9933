import { readFile } from 'node:fs/promises';
import { serve } from '@hono/node-server';
import type { VotingPartner } from '../contracts/policy.js';
import { createPool } from '../db/pool.js';
import { createTokeniser } from '../runtime/card-tokeniser.js';
import { type Config, loadConfig } from '../runtime/config.js';
import { createLogger } from '../runtime/logger.js';
import { createAlarm, createMetrics } from '../runtime/metrics.js';
import { loadLookups } from '../runtime/lookups.js';
import { createPayloadCodec } from '../runtime/payload-codec.js';
import { onShutdown } from '../runtime/shutdown.js';
import { runPart } from '../runtime/run-part.js';
import { createTemporalClient } from '../runtime/temporal.js';
import { createVault } from '../runtime/vault.js';
import { createAifiDrain, createNudge } from '../screening/aifi.js';
import { createBacktestClient } from '../screening/backtests.js';
import { createScreeningClient } from '../screening/client.js';
import { onStall } from '../partners/own-time.js';
import { watchStalls } from '../runtime/watch-stalls.js';
import { watchControls } from '../screening/controls.js';
import { screeningPolicyOf } from '../screening/input.js';
import { shippedRulesAt } from '../screening/rules.js';
import { createRuns } from '../screening/runs.js';
import { seeQueue } from '../screening/see-queue.js';
import { policyDefaultsOf } from '../services/controls/initial.js';
import { importKeysFile } from '../services/keys/import-file.js';
import { createRuleGuard } from '../services/rules/validate-guarded.js';
import { createApp } from './app.js';

/** Below the answer's deadline, so that a hanging database still ends in a clear 503. */
const databaseTimeoutMs = 2000;

const isLoopback = (host: string): boolean => /^(localhost|127\..*|::1)$/.test(host);

const uiOriginsOf = (config: Config): string[] =>
  config.isLocal && isLoopback(config.HOST)
    ? ['localhost', '127.0.0.1'].map((host) => `http://${host}:${config.TEMPORAL_UI_PORT}`)
    : [];

const configuredIn = (config: Config): VotingPartner[] => [
  ...(config.SARDINE_URL === undefined ? [] : (['sardine'] as const)),
  ...(config.YLEO_URL === undefined ? [] : (['yleo'] as const)),
];

/** Storing an order takes some milliseconds: four connections carry hundreds a second. */
const orderConnections = 4;

const openPool = (config: Config, connections = 10) =>
  createPool({
    databaseUrl: config.DATABASE_URL.reveal(),
    connections,
    timeoutMs: databaseTimeoutMs,
  });

const importLocalKeys = async (config: Config, pool: ReturnType<typeof createPool>) => {
  const path = config.API_KEYS_FILE ?? `${config.VAR_DIR}/keys.json`;
  const content = await readFile(path, 'utf8').catch(() => undefined);
  if (content !== undefined) await importKeysFile(pool, content, new Date());
};

const nudgeOf = (
  client: ReturnType<typeof createTemporalClient>,
  config: Config,
  logger: ReturnType<typeof createLogger>,
) =>
  createNudge(createAifiDrain(client, config.TEMPORAL_TASK_QUEUE), (error) =>
    logger.warn({ err: error }, 'pushes of AiFi wait: the drain was not woken'),
  );

const endAs = (logger: ReturnType<typeof createLogger>, error: unknown): never => {
  logger.fatal({ err: error }, 'cannot listen');
  process.exit(1);
};

const main = async () => {
  const config = loadConfig(process.env);
  const logger = createLogger('api', config.LOG_LEVEL);
  const metrics = createMetrics();
  const pool = openPool(config);
  const orderPool = openPool(config, orderConnections);
  if (config.isLocal) await importLocalKeys(config, pool);
  const client = createTemporalClient(config);
  const alarm = createAlarm(logger, metrics);
  const controls = watchControls(pool, config.settings, (error) => {
    alarm('controls_failed');
    logger.warn({ err: error }, 'policies and levers could not be read');
  });
  // The connection to Temporal opens with the first call; no order should wait for that.
  await Promise.all([controls.refresh(), seeQueue(client, config.TEMPORAL_TASK_QUEUE)]);
  const ruleGuard = createRuleGuard();
  const runs = createRuns(client, config.TEMPORAL_TASK_QUEUE);
  const app = createApp({
    pool,
    orderPool,
    vault: createVault(config.payloadKeys),
    tokeniser: createTokeniser(config.cardKeys, config.partnerTokenKey),
    screening: createScreeningClient(client, config.TEMPORAL_TASK_QUEUE, runs),
    runs,
    backtests: createBacktestClient(client, config.TEMPORAL_TASK_QUEUE),
    nudgeAifi: nudgeOf(client, config, logger),
    policy: screeningPolicyOf(config),
    controls,
    policyDefaults: policyDefaultsOf(config.settings),
    shippedRules: shippedRulesAt(config.VERDICT_RULES),
    ruleGuard,
    settings: config.settings,
    lookups: loadLookups(config.lookupFiles),
    fourEyes: config.settings.rules.fourEyes,
    budgetMaxMs: config.DECISION_BUDGET_MS,
    configuredPartners: configuredIn(config),
    sparkflySecret: config.SPARKFLY_HMAC_SECRET,
    codec: createPayloadCodec(config.payloadKeys),
    logger,
    metrics,
    alarm,
    now: () => new Date(),
    uiOrigins: uiOriginsOf(config),
    seeQueue: () => seeQueue(client, config.TEMPORAL_TASK_QUEUE),
  });
  const server = serve({ fetch: app.fetch, hostname: config.HOST, port: config.PORT }, () => {
    watchStalls(onStall, { metrics, alarm });
    logger.info({ host: config.HOST, port: config.PORT }, 'listening');
  });
  server.on('error', (error) => endAs(logger, error));
  onShutdown(async () => {
    await new Promise((resolve) => server.close(resolve));
    await controls.stop();
    await ruleGuard.close();
    await client.connection.close();
    await Promise.all([pool.end(), orderPool.end()]);
  });
};

runPart(main);
