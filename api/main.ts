import { readFile } from 'node:fs/promises';
import { serve } from '@hono/node-server';
import { createPool } from '../db/pool.js';
import { createTokeniser } from '../runtime/card-tokeniser.js';
import { type Config, loadConfig } from '../runtime/config.js';
import { createLogger, safeError } from '../runtime/logger.js';
import { createAlarm, createMetrics } from '../runtime/metrics.js';
import { createPayloadCodec } from '../runtime/payload-codec.js';
import { onShutdown } from '../runtime/shutdown.js';
import { runPart } from '../runtime/run-part.js';
import { createTemporalClient } from '../runtime/temporal.js';
import { createVault } from '../runtime/vault.js';
import { createScreeningClient } from '../screening/client.js';
import { screeningPolicyOf } from '../screening/input.js';
import { importKeysFile } from '../services/keys/import-file.js';
import { createApp } from './app.js';

/** Below the answer's deadline, so that a hanging database still ends in a clear 503. */
const databaseTimeoutMs = 2000;

const isLoopback = (host: string): boolean => /^(localhost|127\..*|::1)$/.test(host);

const uiOriginsOf = (config: Config): string[] =>
  config.isLocal && isLoopback(config.HOST)
    ? ['localhost', '127.0.0.1'].map((host) => `http://${host}:${config.TEMPORAL_UI_PORT}`)
    : [];

const importLocalKeys = async (config: Config, pool: ReturnType<typeof createPool>) => {
  const path = config.API_KEYS_FILE ?? `${config.VAR_DIR}/keys.json`;
  const content = await readFile(path, 'utf8').catch(() => undefined);
  if (content !== undefined) await importKeysFile(pool, content, new Date());
};

const main = async () => {
  const config = loadConfig(process.env);
  const logger = createLogger('api', config.LOG_LEVEL);
  const metrics = createMetrics();
  const pool = createPool({
    databaseUrl: config.DATABASE_URL.reveal(),
    connections: 10,
    timeoutMs: databaseTimeoutMs,
  });
  if (config.isLocal) await importLocalKeys(config, pool);
  const client = createTemporalClient(config);
  const app = createApp({
    pool,
    vault: createVault(config.payloadKeys),
    tokeniser: createTokeniser(config.cardKeys, config.partnerTokenKey),
    screening: createScreeningClient(client, config.TEMPORAL_TASK_QUEUE),
    policy: screeningPolicyOf(config),
    codec: createPayloadCodec(config.payloadKeys),
    logger,
    metrics,
    alarm: createAlarm(logger, metrics),
    now: () => new Date(),
    uiOrigins: uiOriginsOf(config),
    isTemporalReachable: () =>
      client
        .withDeadline(Date.now() + 1000, () => client.connection.workflowService.getSystemInfo({}))
        .then(
          () => true,
          () => false,
        ),
  });
  const server = serve({ fetch: app.fetch, hostname: config.HOST, port: config.PORT }, () => {
    logger.info({ host: config.HOST, port: config.PORT }, 'listening');
  });
  server.on('error', (error) => {
    logger.fatal({ err: safeError(error) }, 'cannot listen');
    process.exit(1);
  });
  onShutdown(async () => {
    await new Promise((resolve) => server.close(resolve));
    await client.connection.close();
    await pool.end();
  });
};

runPart(main);
