import { join } from 'node:path';
import { createActivities } from '../activities/create-activities.js';
import { createPool } from '../db/pool.js';
import { type Config, loadConfig } from '../runtime/config.js';
import { createLogger } from '../runtime/logger.js';
import { createAlarm, createMetrics } from '../runtime/metrics.js';
import { runPart } from '../runtime/run-part.js';
import { onShutdown } from '../runtime/shutdown.js';
import { createTemporalClient } from '../runtime/temporal.js';
import { createScreeningClient } from '../screening/client.js';
import { screeningPolicyOf } from '../screening/input.js';
import { buildDeps } from './build-deps.js';
import { ensureWorkflowBundle } from './bundle.js';
import { connectWorker } from './connect.js';
import { createWorker } from './create-worker.js';
import { startHealthServer } from './health-server.js';
import { runSweeps } from './sweep-loop.js';
import { installTelemetry } from './telemetry.js';

/** Room for the longest statement of an activity on a busy database. */
const databaseTimeoutMs = 4000;

const buildParts = (config: Config) => {
  const logger = createLogger('worker', config.LOG_LEVEL);
  const metrics = createMetrics();
  const alarm = createAlarm(logger, metrics);
  const pool = createPool({
    databaseUrl: config.DATABASE_URL.reveal(),
    connections: 20,
    timeoutMs: databaseTimeoutMs,
  });
  return { logger, metrics, alarm, pool };
};

const main = async () => {
  const config = loadConfig(process.env);
  const parts = buildParts(config);
  const { logger, metrics, alarm, pool } = parts;
  const built = buildDeps(config, parts);
  const sdkMetrics = await installTelemetry(logger);
  let isRunning = false;
  const address = { host: config.HOST, port: config.METRICS_PORT };
  const health = await startHealthServer(
    address,
    {
      isReady: () => isRunning,
      metrics: async () => (await metrics.registry.metrics()) + (await sdkMetrics()),
    },
    logger,
  );
  const bundlePath = await ensureWorkflowBundle(join(config.VAR_DIR, 'bundles'));
  const worker = await createWorker({
    connection: await connectWorker(config, logger),
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    payloadKeys: config.payloadKeys,
    activities: createActivities(built.deps),
    bundlePath,
  });
  const client = createTemporalClient(config);
  const sweeping = new AbortController();
  const sweeps = runSweeps(
    {
      db: pool,
      vault: built.deps.vault,
      screening: createScreeningClient(client, config.TEMPORAL_TASK_QUEUE),
      policy: screeningPolicyOf(config),
      now: () => new Date(),
      onMissing: (transactionId) => alarm('workflow_missing', { transactionId }),
    },
    { logger, alarm, signal: sweeping.signal },
  );
  const running = worker.run();
  isRunning = true;
  logger.info({ taskQueue: config.TEMPORAL_TASK_QUEUE }, 'polling');
  onShutdown(async () => {
    isRunning = false;
    sweeping.abort();
    worker.shutdown();
    await Promise.all([running, sweeps]);
    health.close();
    await Promise.all([client.connection.close(), built.close(), pool.end()]);
  });
  await running;
};

runPart(main);
