import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';
import { votingPartners } from '../contracts/voting-partners.js';
import { decidedChannel } from '../db/decided-notices.js';
import { listenForNotices } from '../db/listen.js';
import { createPool } from '../db/pool.js';
import { createUnsaved } from '../db/unsaved.js';
import { createTokeniser } from '../runtime/card-tokeniser.js';
import type { Config } from '../runtime/config.js';
import { listenFault } from '../runtime/listen-fault.js';
import { beginReading, ConfigError, type Environment } from '../runtime/env.js';
import { localAccountsIn, localKeysIn } from '../runtime/local-files.js';
import { createLogger, type Logger } from '../runtime/logger.js';
import { type Alarm, createAlarm, createMetrics, type Metrics } from '../runtime/metrics.js';
import { createPayloadCodec } from '../runtime/payload-codec.js';
import { onShutdown } from '../runtime/shutdown.js';
import { collectAtRest } from '../runtime/collect-garbage.js';
import { runPart } from '../runtime/run-part.js';
import { localUiOrigins, workflowsUrl } from '../runtime/temporal-ui.js';
import { createVault } from '../runtime/vault.js';
import { createAifiDrain, createNudge } from '../temporal/aifi.js';
import { createBacktestClient } from '../temporal/backtests.js';
import { createLearnedPointsClient } from '../temporal/learned-points.js';
import { installCore } from '../temporal/core-runtime.js';
import { createNativeClient } from '../temporal/native-connection.js';
import { createScreeningClient } from '../temporal/order-client.js';
import { onStall } from '../partners/own-time.js';
import { watchStalls } from '../runtime/watch-stalls.js';
import { checkKeys, untilKeysAreChecked } from '../temporal/check-keys.js';
import { watchControls } from '../temporal/live-controls.js';
import { screeningPolicyOf } from '../temporal/order-input.js';
import { loadStart } from '../temporal/load-start.js';
import { createRuns } from '../temporal/order-runs.js';
import { readQueueState } from '../temporal/queue-state.js';
import type { QueueState } from '../services/readiness.js';
import { policyDefaultsOf } from '../services/controls.js';
import { importAccountsFile } from '../services/accounts/local-accounts.js';
import { createPasswords, type Passwords } from '../services/accounts/passwords.js';
import { atPresent } from '../services/context.js';
import { importKeysFile } from '../services/keys.js';
import { createRuleGuard } from '../services/rule-sets/guard.js';
import { createConsole } from '../console/app.js';
import { createLiveHub } from '../console/live/hub.js';
import { createQueueCounts } from '../console/queue-counts.js';
import { createApp } from './app.js';
import { createDecidedAnswers } from './decided-answers.js';
import type { ApiDeps } from './deps.js';
import { listen } from './listen.js';
import { rehearse } from './rehearsal.js';

/** Below the answer's deadline, so that a database that hangs still ends in a clear 503. */
const databaseTimeoutMs = 2000;

/**
 * Storing an order takes a few milliseconds: four connections carry hundreds of orders a second.
 */
const orderConnections = 4;

const openPool = (config: Config, connections = 10) =>
  createPool({
    databaseUrl: config.DATABASE_URL.reveal(),
    connections,
    timeoutMs: databaseTimeoutMs,
  });

/** Reads the API's configuration. Reports faults in the local files together with all others. */
const loadApiStart = (env: Environment) => {
  const { problems, attempt } = beginReading();
  const start = attempt(() => loadStart(env));
  const localKeys = attempt(() => localKeysIn(env));
  const localAccounts = attempt(() => localAccountsIn(env));
  if (!start || problems.length > 0) throw new ConfigError(problems);
  return { ...start, localKeys, localAccounts };
};

const nudgeOf = (client: Client, config: Config, logger: Logger) =>
  createNudge(createAifiDrain(client, config.TEMPORAL_TASK_QUEUE), (error) =>
    logger.warn({ err: error }, 'pushes of AiFi wait: the drain was not woken'),
  );

/** What the API does through Temporal. */
const workflowsOf = (client: Client, config: Config, logger: Logger) => {
  const taskQueue = config.TEMPORAL_TASK_QUEUE;
  const runs = createRuns(client, taskQueue);
  return {
    runs,
    screening: createScreeningClient(client, taskQueue, runs),
    backtests: createBacktestClient(client, taskQueue),
    learnedPoints: createLearnedPointsClient(client, taskQueue),
    nudgeAifi: nudgeOf(client, config, logger),
    readQueueState: () => readQueueState(client, taskQueue),
  };
};

/** What the API builds from its configuration alone. */
const configured = (config: Config, alarm: Alarm) => ({
  vault: createVault(config.payloadKeys, (keyId) => alarm('key_missing', { keyId })),
  tokeniser: createTokeniser(config.cardKeys, config.partnerTokenKey),
  policy: screeningPolicyOf(config),
  policyDefaults: policyDefaultsOf(config.settings),
  settings: config.settings,
  undoWindowMs: config.UNDO_WINDOW,
  claimTtlMs: config.CLAIM_TTL,
  fourEyes: config.settings.rules.fourEyes,
  budgetMaxMs: config.DECISION_BUDGET_MS,
  configuredPartners: votingPartners.filter((name) => config.partners[name]),
  sparkflySecret: config.SPARKFLY_HMAC_SECRET,
  codec: createPayloadCodec(config.payloadKeys),
  uiOrigins: localUiOrigins(config),
  workflowsUrl: workflowsUrl(config),
});

/**
 * Imports the keys and accounts of a local installation from its files. False while Postgres is
 * unavailable; throws when a file is not valid.
 */
const importLocalFiles = async (
  context: Parameters<typeof importAccountsFile>[0],
  {
    localKeys,
    localAccounts,
  }: Pick<ReturnType<typeof loadApiStart>, 'localKeys' | 'localAccounts'>,
): Promise<boolean> => {
  try {
    if (localKeys !== undefined) await importKeysFile(context, localKeys);
    if (localAccounts !== undefined) await importAccountsFile(context, localAccounts);
    return true;
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return false;
    throw error;
  }
};

const importRetryMs = 1000;

/** What had to wait for Postgres: the check of the keys, then the import of the local files. */
const catchUp = async (
  checkAllKeys: () => Promise<void>,
  importFiles: () => Promise<boolean>,
): Promise<void> => {
  await checkAllKeys();
  while (!(await importFiles())) await pause(importRetryMs);
};

const listenAt = (
  app: ReturnType<typeof createApp>,
  { HOST: hostname, PORT: port }: Config,
  parts: { logger: Logger; metrics: Metrics; alarm: Alarm },
) => {
  const listening = listen(app, { hostname, port }, () => {
    watchStalls(onStall, parts);
    parts.logger.info({ host: hostname, port }, 'listening');
  });
  listening.server.on('error', (error) => {
    throw listenFault({ variable: 'PORT', what: 'API', port }, error);
  });
  return listening;
};

/** Rehearses before the API listens. A failure only makes the first orders slower. */
const rehearseFirst = async (
  deps: ApiDeps,
  { client, config, queue }: { client: Client; config: Config; queue: QueueState },
): Promise<void> => {
  const unsaved = createUnsaved(deps.orderPool, orderConnections);
  const taskQueue = config.TEMPORAL_TASK_QUEUE;
  try {
    const ms = await rehearse(deps, {
      ...{ unsaved, client, taskQueue, queue },
      roundsMax: config.REHEARSAL_ROUNDS,
    });
    deps.logger.info({ ms }, 'rehearsed');
  } catch (error) {
    deps.logger.warn({ err: error }, 'the first orders will take long');
  }
};

const controlsOf = (
  config: Config,
  pool: ReturnType<typeof openPool>,
  { alarm, logger }: { alarm: Alarm; logger: Logger },
) =>
  watchControls(pool, config.settings, (error) => {
    alarm('controls_failed');
    logger.warn({ err: error }, 'policies and levers could not be read');
  });

/** Listens for the notices of decisions until it is stopped. */
const hearDecisions = (config: Config) => {
  const decidedAnswers = createDecidedAnswers();
  const ending = new AbortController();
  const listening = listenForNotices(config.DATABASE_URL.reveal(), {
    channels: { [decidedChannel]: decidedAnswers.noticed },
    lost: decidedAnswers.lost,
    signal: ending.signal,
  });
  const stop = async (): Promise<void> => {
    ending.abort();
    await listening;
  };
  return { decidedAnswers, stop };
};

/** The API with the console. `live` ends the console's streams, which would delay a stop. */
const createPages = (deps: ApiDeps, passwords: Passwords) => {
  const live = createLiveHub(deps);
  const pages = createConsole({ ...deps, passwords, live, counts: createQueueCounts() });
  return { app: createApp(deps).route('/', pages), live };
};

const main = async () => {
  const { config, shippedRules, lookups, ...localFiles } = loadApiStart(process.env);
  const logger = createLogger('api', config.LOG_LEVEL);
  for (const notice of config.notices) logger.warn(notice);
  const metrics = createMetrics();
  const pool = openPool(config);
  const orderPool = openPool(config, orderConnections);
  const alarm = createAlarm(logger, metrics);
  const now = () => new Date();
  const keyDeps = { db: pool, alarm, now };
  const isStoreUp = await checkKeys(config, keyDeps);
  installCore(logger);
  const client = createNativeClient(config);
  const controls = controlsOf(config, pool, { alarm, logger });
  // Opens the connection to Temporal, so that the first order does not wait for it.
  const [queue] = await Promise.all([
    readQueueState(client, config.TEMPORAL_TASK_QUEUE),
    controls.refresh(),
  ]);
  const ruleGuard = createRuleGuard();
  const hearing = hearDecisions(config);
  const deps: ApiDeps = {
    db: pool,
    orderPool,
    ...configured(config, alarm),
    ...workflowsOf(client, config, logger),
    decidedAnswers: hearing.decidedAnswers,
    controls,
    shippedRules,
    ruleGuard,
    lookups,
    logger,
    metrics,
    alarm,
    now,
  };
  const passwords = createPasswords();
  const importFiles = () => importLocalFiles({ ...atPresent(deps), passwords }, localFiles);
  // Hashing the passwords of a new installation takes more than a second.
  const [isImported] = await Promise.all([
    isStoreUp && importFiles(),
    isStoreUp && rehearseFirst(deps, { client, config, queue }),
  ]);
  // The API starts even if Postgres is down. A key that is missing then ends the process later.
  if (!isImported) void catchUp(() => untilKeysAreChecked(config, keyDeps), importFiles);
  const { app, live } = createPages(deps, passwords);
  await collectAtRest();
  const { close } = listenAt(app, config, { logger, metrics, alarm });
  onShutdown(async () => {
    live.close();
    await close();
    await hearing.stop();
    await controls.stop();
    await ruleGuard.close();
    await client.connection.close();
    await Promise.all([pool.end(), orderPool.end()]);
  });
};

runPart(main);
