import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createActivities } from '../activities/create-activities.js';
import { createPool } from '../db/pool.js';
import { type Config, loadConfig } from '../runtime/config.js';
import { createLogger, type Logger, safeError } from '../runtime/logger.js';
import { createAlarm, createMetrics } from '../runtime/metrics.js';
import { runPart } from '../runtime/run-part.js';
import { onShutdown } from '../runtime/shutdown.js';
import { createTemporalClient } from '../runtime/temporal.js';
import { createScreeningClient } from '../screening/client.js';
import { watchControls } from '../screening/controls.js';
import { screeningPolicyOf } from '../screening/input.js';
import { queuesOf } from '../screening/queues.js';
import { buildDeps } from './build-deps.js';
import { ensureWorkflowBundle } from './bundle.js';
import { connectWorker } from './connect.js';
import { createAskAgainWorker, createWorker } from './create-worker.js';
import { startHealthServer } from './health-server.js';
import { watchPartners } from './report-partners.js';
import { runSweeps } from './sweep-loop.js';
import { installTelemetry } from './telemetry.js';
import { watchSettlements } from './watch-settlements.js';

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
  const now = () => new Date();
  const controls = watchControls(pool, config.settings, (error) => {
    alarm('controls_failed');
    logger.warn({ err: safeError(error) }, 'policies and levers could not be read');
  });
  return { logger, metrics, alarm, pool, now, controls };
};

/** One worker for the orders, one for the partners that are asked again. */
const createWorkers = async (
  config: Config,
  built: ReturnType<typeof buildDeps>,
  bundlePath: string,
  logger: Logger,
) => {
  const connection = await connectWorker(config, logger);
  const { orders, askAgain } = queuesOf(config.TEMPORAL_TASK_QUEUE);
  const { askSardineAgain, askYleoAgain, ...activities } = createActivities(built.deps);
  const { TEMPORAL_NAMESPACE: namespace, payloadKeys } = config;
  const common = { connection, namespace, payloadKeys };
  return [
    await createWorker({ ...common, taskQueue: orders, activities, bundlePath }),
    await createAskAgainWorker({
      ...common,
      taskQueue: askAgain,
      activities: { askSardineAgain, askYleoAgain },
      perSecond: config.settings.askAgainPerSecond,
    }),
  ];
};

/** What goes on beside the orders until `signal` aborts. */
const runWatches = async (
  config: Config,
  parts: ReturnType<typeof buildParts>,
  built: ReturnType<typeof buildDeps>,
  beside: { client: ReturnType<typeof createTemporalClient>; signal: AbortSignal },
): Promise<void> => {
  const { pool: db, alarm, now } = parts;
  const { vault, controls, sardine, yleo, settings } = built.deps;
  const { client, signal } = beside;
  const sweep = {
    ...{ db, vault, controls, now },
    screening: createScreeningClient(client, config.TEMPORAL_TASK_QUEUE),
    policy: screeningPolicyOf(config),
    onMissing: (transactionId: string) => alarm('workflow_missing', { transactionId }),
  };
  const partners = { ...(sardine && { sardine }), ...(yleo && { yleo }) };
  const worker = randomUUID();
  const lateAfterMs = settings.oms.settlementLateAfterMs;
  await Promise.all([
    runSweeps(sweep, { ...parts, signal }),
    watchPartners({ ...parts, db, worker, partners, signal }),
    watchSettlements({ db, lateAfterMs, now }, { ...parts, signal }),
  ]);
};

const main = async () => {
  const config = loadConfig(process.env);
  const parts = buildParts(config);
  const { logger, metrics, pool } = parts;
  const built = buildDeps(config, { ...parts, controls: parts.controls.current });
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
  // An order must not be decided as if nobody had switched a partner off.
  await parts.controls.loaded();
  const bundlePath = await ensureWorkflowBundle(join(config.VAR_DIR, 'bundles'));
  const workers = await createWorkers(config, built, bundlePath, logger);
  const client = createTemporalClient(config);
  const ending = new AbortController();
  const watches = runWatches(config, parts, built, { client, signal: ending.signal });
  const running = Promise.all(workers.map((worker) => worker.run()));
  isRunning = true;
  logger.info({ taskQueue: config.TEMPORAL_TASK_QUEUE }, 'polling');
  onShutdown(async () => {
    isRunning = false;
    ending.abort();
    for (const worker of workers) worker.shutdown();
    await Promise.all([running, watches, parts.controls.stop()]);
    health.close();
    await Promise.all([client.connection.close(), built.close(), pool.end()]);
  });
  await running;
};

runPart(main);
