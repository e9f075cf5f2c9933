import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { workChannel } from '../db/due.js';
import { listenForNotices } from '../db/listen.js';
import { overloadChannel } from '../db/overload.js';
import { createPool } from '../db/pool.js';
import type { Config } from '../runtime/config.js';
import { createLogger } from '../runtime/logger.js';
import {
  createAlarm,
  createGiveWayGauge,
  createMetrics,
  createShadowMetrics,
} from '../runtime/metrics.js';
import { createPayloadCodec } from '../runtime/payload-codec.js';
import { untilKeysAreChecked } from '../temporal/check-keys.js';
import { runPart } from '../runtime/run-part.js';
import { onShutdown } from '../runtime/shutdown.js';
import { createTemporalClient } from '../runtime/temporal.js';
import { createAifiDrain } from '../temporal/aifi.js';
import { createScreeningClient } from '../temporal/order-client.js';
import { watchControls } from '../temporal/live-controls.js';
import { screeningPolicyOf } from '../temporal/order-input.js';
import { createAlertNotifier } from '../temporal/alert-mails.js';
import { loadStart, type Start } from '../temporal/load-start.js';
import { rulesAlarmOf, watchRules } from '../temporal/live-rules.js';
import { createRuns } from '../temporal/order-runs.js';
import { recoverMissing } from '../temporal/recover-missing.js';
import { createSchedules } from '../temporal/schedules.js';
import { createBrokenOffSweep } from '../temporal/sweep.js';
import { onStall } from '../partners/own-time.js';
import { watchStalls } from '../runtime/watch-stalls.js';
import { createBacktestThread } from './backtest-thread.js';
import { policyDefaultsOf } from '../services/controls.js';
import { createRuleSetOf } from '../services/shadow/score.js';
import { openConnections, warmReads } from '../services/transactions/warm-up.js';
import { buildDeps } from './build-deps.js';
import { ensureWorkflowBundle } from './bundle.js';
import { createWorkers } from './create-workers.js';
import { startConsuming } from './consume.js';
import { createConsumers } from './consumers.js';
import { startHealthServer } from './health-server.js';
import { createGiveWay } from './give-way.js';
import { keepSchedules } from './keep-schedules.js';
import { prepareRehearsal } from './rehearsal.js';
import { warnUnlessEnding } from './repeat.js';
import { watchPartners } from './report-partners.js';
import { runSweeps } from './sweep-loop.js';
import { installTelemetry } from './telemetry.js';
import { untilOneIsCurrent } from './versioning.js';
import { watchStored } from './watch-stored.js';
import { watchWork } from './watch-work.js';
import { leanWorkflowThreads } from './workflow-threads.js';

/** Time for the longest statement of an activity on a busy database. */
const databaseTimeoutMs = 4000;

/**
 * Each read takes a millisecond or two: four connections carry hundreds of orders a second. Each
 * keeps its plans, six megabytes, for good.
 */
const readConnections = 4;

/** Storing an order's decision and answers takes some milliseconds. */
const writeConnections = 4;

const buildParts = ({ config, shippedRules, lookups }: Start) => {
  const logger = createLogger('worker', config.LOG_LEVEL);
  const metrics = createMetrics();
  const alarm = createAlarm(logger, metrics);
  const database = { databaseUrl: config.DATABASE_URL.reveal(), timeoutMs: databaseTimeoutMs };
  const pool = createPool({ ...database, connections: 20 });
  const reads = createPool({ ...database, connections: readConnections, plansOnce: true });
  const writes = createPool({ ...database, connections: writeConnections, plansOnce: true });
  const now = () => new Date();
  const controls = watchControls(pool, config.settings, (error) => {
    alarm('controls_failed');
    logger.warn({ err: error }, 'policies and levers could not be read');
  });
  const shipped = { version: 0, ruleSet: shippedRules.ruleSet };
  const rules = watchRules(pool, shipped, (error) => {
    alarm(rulesAlarmOf(error));
    logger.warn({ err: error }, 'the rules in force could not be taken over');
  });
  const giveWay = createGiveWay(config.settings.oms.settlementGivesWayMs, () => performance.now());
  createGiveWayGauge(metrics.registry, giveWay.isGivingWay);
  const live = { controls, rules, shipped, shippedRules, lookups };
  return { logger, metrics, alarm, pool, reads, writes, now, ...live, giveWay };
};

/** How long a workflow may take for a verdict: it answers in some ten milliseconds. */
const verdictTimeoutMs = 5000;

/** What it takes to reach an order's workflow, and to start it again. */
const recoveryOf = (
  config: Config,
  { pool: db, alarm, now }: ReturnType<typeof buildParts>,
  { deps: { vault, controls } }: ReturnType<typeof buildDeps>,
  client: ReturnType<typeof createTemporalClient>,
) => {
  const runs = createRuns(client, config.TEMPORAL_TASK_QUEUE);
  return {
    ...{ db, vault, controls, now, alarm, runs },
    screening: createScreeningClient(client, config.TEMPORAL_TASK_QUEUE, runs),
    policy: screeningPolicyOf(config),
    codec: createPayloadCodec(config.payloadKeys),
  };
};

/** Runs the consumers until `signal` aborts, and listens for notices. */
const consume = (
  config: Config,
  parts: ReturnType<typeof buildParts>,
  built: ReturnType<typeof buildDeps>,
  shared: { client: ReturnType<typeof createTemporalClient>; signal: AbortSignal },
) => {
  const { pool: db, logger, metrics, now } = parts;
  const { overloaded } = parts.giveWay;
  const { client, signal } = shared;
  const recovery = recoveryOf(config, parts, built, client);
  const notify = built.deps.mail && createAlertNotifier(client, config.TEMPORAL_TASK_QUEUE);
  const policyDefaults = policyDefaultsOf(built.deps.settings);
  const ruleSetOf = createRuleSetOf({ db }, parts.rules.current, parts.shipped);
  const shadowMetrics = createShadowMetrics(metrics.registry);
  const consumers = createConsumers(
    {
      ...{ ...built.deps, db, notify },
      verdicts: {
        submitVerdict: (id, message) =>
          recovery.screening.submitVerdict(id, message, verdictTimeoutMs),
        recoverMissing: (transactionId) => recoverMissing(recovery, transactionId),
      },
      shadow: { ...built.deps, policyDefaults, ruleSetOf },
      feedback: built.deps,
      wakeDrain: createAifiDrain(client, config.TEMPORAL_TASK_QUEUE),
    },
    { ...parts, shadowMetrics, signal },
  );
  const consuming = startConsuming({ db, consumers, now, logger, signal });
  const { wake, wakeSoon } = consuming;
  const ended = Promise.all([
    consuming.ended,
    listenForNotices(config.DATABASE_URL.reveal(), {
      channels: { [workChannel]: wake, [overloadChannel]: overloaded },
      connected: wake,
      signal,
    }),
    watchWork(
      { db, settings: built.deps.settings, now, notify },
      { ...parts, shadowMetrics, signal },
    ),
  ]);
  return { wakeSoon, ended };
};

/** Runs the worker's background loops until `signal` aborts. */
const runWatches = async (
  config: Config,
  parts: ReturnType<typeof buildParts>,
  built: ReturnType<typeof buildDeps>,
  shared: { client: ReturnType<typeof createTemporalClient>; signal: AbortSignal },
): Promise<void> => {
  const { pool: db, now } = parts;
  const { controls, partners, sardine, settings, sparkfly } = built.deps;
  const configured = { sardine: sardine !== undefined, sparkfly: sparkfly !== undefined };
  const { client, signal } = shared;
  const sweep = {
    ...recoveryOf(config, parts, built, client),
    sweepBrokenOff: createBrokenOffSweep(client, config.TEMPORAL_TASK_QUEUE),
  };
  const worker = randomUUID();
  const schedules = createSchedules(client, config.TEMPORAL_TASK_QUEUE, configured);
  const lateAfterMs = settings.oms.settlementLateAfterMs;
  await Promise.all([
    runSweeps(sweep, { ...parts, signal }),
    watchPartners({ ...parts, db, worker, partners, controls, signal }),
    watchStored({ db, lateAfterMs, now }, { ...parts, signal }),
    keepSchedules(schedules, { ...parts, signal }),
  ]);
};

const main = async () => {
  const start = loadStart(process.env);
  const { config } = start;
  const parts = buildParts(start);
  const { logger, metrics, pool } = parts;
  if (config.WORKFLOW_TRACES === 'false') leanWorkflowThreads();
  for (const notice of config.notices) logger.warn(notice);
  const live = { ...parts, controls: parts.controls.current, rules: parts.rules.current };
  const built = buildDeps(config, live);
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
  // No order may be decided before levers and rules are loaded.
  const read = [parts.controls.loaded(), parts.rules.loaded()];
  await Promise.all([untilKeysAreChecked(config, { ...parts, db: pool }), ...read]);
  const opened = [warmReads(parts.reads), openConnections(parts.writes), openConnections(pool)];
  await Promise.all(opened).catch((error: unknown) => {
    logger.warn({ err: error }, 'the first orders will open connections');
  });
  const bundlePath = await ensureWorkflowBundle(join(config.VAR_DIR, 'bundles'));
  const backtests = createBacktestThread(process.env);
  const client = createTemporalClient(config);
  const ending = new AbortController();
  // Each loop adds a listener; Node warns of a leak above ten.
  const { signal } = ending;
  setMaxListeners(0, signal);
  const { wakeSoon, ended: consumed } = consume(config, parts, built, { client, signal });
  const warn = warnUnlessEnding({ logger, signal }, 'the first orders will take long');
  const rehearsal = await prepareRehearsal(config, live, { client, logger, warn });
  const { giveWay } = parts;
  const shared = { logger, backtests, wakeSoon, giveWay, rehearsal: rehearsal.activities };
  const workers = await createWorkers(config, built, bundlePath, shared);
  const watches = runWatches(config, parts, built, { client, signal });
  const running = Promise.all(workers.map((worker) => worker.run()));
  onShutdown(async () => {
    isRunning = false;
    ending.abort();
    for (const worker of workers) worker.shutdown();
    await Promise.all([running, watches, consumed, parts.controls.stop(), parts.rules.stop()]);
    health.close();
    await Promise.all([client.connection.close(), built.close(), backtests.close()]);
    await Promise.all([pool.end(), parts.reads.end(), parts.writes.end()]);
  });
  void rehearsal.run().then(async () => {
    await untilOneIsCurrent(client, config, { logger, signal });
    isRunning = !signal.aborted;
    // Only now, because the start stalls for good reasons.
    if (isRunning) watchStalls(onStall, parts);
    if (isRunning) logger.info({ taskQueue: config.TEMPORAL_TASK_QUEUE }, 'polling');
  });
  await running;
};

runPart(main);
