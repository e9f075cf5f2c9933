import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities, createAskAgainActivities } from '../../activities/create-activities.js';
import { votingPartners } from '../../contracts/voting-partners.js';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { Policy } from '../../contracts/policy.js';
import { migrate } from '../../db/migrate.js';
import { createPool, type Pool } from '../../db/pool.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { loadConfig } from '../../runtime/config.js';
import { failureConverterPath } from '../../runtime/data-converter.js';
import { noLookups } from '../../domain/lookups.js';
import { createLogger } from '../../runtime/logger.js';
import { createAlarm, createMetrics } from '../../runtime/metrics.js';
import { createVault } from '../../runtime/vault.js';
import { createScreeningClient } from '../../temporal/order-client.js';
import { screeningInputOf } from '../../temporal/order-input.js';
import { initialControls, policyDefaultsOf } from '../../services/controls.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { startSimulators } from '../../simulators/server.js';
import { buildDeps } from '../../worker/build-deps.js';
import { ensureWorkflowBundle } from '../../worker/bundle.js';
import { order } from '../support/orders.js';
import { defaultRuleSet, shippedRules, exampleSettings } from '../support/rules.js';
import { makeSettingsFile } from '../support/settings-file.js';
import { partnerCredentials, partnerUrls } from '../support/partner-environment.js';
import { startTestPostgres } from '../support/postgres.js';
import { startProxy } from '../support/proxy.js';
import { makeTempDir } from '../support/temp-dir.js';
import { startTestTemporal } from '../support/temporal-server.js';
import { until } from '../support/until.js';
import { historyToJson } from './history-json.js';
import { hasEnded, type Path, paths } from './paths.js';
import { notifyAlertPath, runNotifyAlert } from './record-alert.js';
import { beginStalls } from './stall.js';

/**
 * Records a history of every path of the workflow, in clear, into `histories/`. Run by hand with
 * `node launcher/main.mjs test/replay/record.ts [path…]` when the workflow has changed: it adds
 * files and keeps those that are there, because orders that began under an older version must
 * replay as well.
 */

const taskQueue = 'recording';
const folder = fileURLToPath(new URL('./histories', import.meta.url));

const startParts = async () => {
  const varDir = makeTempDir();
  const [postgres, temporal, simulators] = await Promise.all([
    startTestPostgres(),
    startTestTemporal(),
    startSimulators({
      port: 0,
      credentials: partnerCredentials,
      oms: { token: 'test-oms-token' },
    }),
  ]);
  await migrate(postgres.url);
  const settings = makeSettingsFile({
    custom: { body: { email: '$customer.email' }, vote: 'answer.decision' },
  });
  const config = loadConfig({
    VAR_DIR: varDir.path,
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
    ...partnerUrls(simulators.url),
    ...partnerCredentials,
    VERDICT_SETTINGS: settings.path,
    OMS_URL: `${simulators.url}/oms`,
    OMS_TOKEN: 'test-oms-token',
  });
  const pool = createPool({ databaseUrl: postgres.url, connections: 10, timeoutMs: 4000 });
  const stop = async () => {
    await pool.end();
    await Promise.all([postgres.stop(), temporal.stop(), simulators.close()]);
    varDir.remove();
    settings.remove();
  };
  return { config, pool, temporal, simulators, varDir, stop };
};

type Parts = Awaited<ReturnType<typeof startParts>>;

const setFaults = async (parts: Parts, faults: Record<string, unknown>) => {
  for (const partner of [...votingPartners, 'oms']) {
    const plan = faults[partner];
    await fetch(`${parts.simulators.url}/_faults/${partner}`, {
      method: plan === undefined ? 'DELETE' : 'PUT',
      ...(plan === undefined ? {} : { body: JSON.stringify(plan) }),
    });
  }
};

const openOrder = async (parts: Parts, path: Path) => {
  const { config } = parts;
  const pool: Pool = parts.pool;
  const body = order({ orderId: `recorded-${path.name}`, ...path.overrides }, path.tags);
  const parsed = parseTransaction(body);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const tokeniser = createTokeniser(config.cardKeys, config.partnerTokenKey);
  const received = receiveTransaction(tokeniser, parsed.value);
  const source = { db: pool, vault: createVault(config.payloadKeys) };
  const opened = await openTransaction(source, received);
  if (opened.kind !== 'opened') throw new Error('the order was there before');
  const review = {
    ...{ remindAfterMs: 14_400_000, expireAfterMs: 259_200_000, expireAction: 'reject' as const },
    ...path.review,
  };
  const { transactionId, transaction } = received;
  const { partners = ['sardine', 'yleo'] } = path;
  const policy = { budgetMs: 400, review, partners };
  const input = screeningInputOf(transactionId, transaction, opened.receivedAt, policy, controls);
  return { ...input, answeredByNotice: path.answeredByNotice === true };
};

/** In force for the path being recorded. */
let controls = initialControls(policyDefaultsOf(exampleSettings()));

const record = async (parts: Parts, client: Client, path: Path) => {
  await setFaults(parts, path.faults ?? {});
  const policy = Policy.parse(path.policy ?? {});
  controls = initialControls({ lat: policy, s5a: policy, o5a: policy, bay: policy });
  const input = await openOrder(parts, path);
  const screening = createScreeningClient(client, taskQueue);
  const stall = path.stalls && (await beginStalls(config.DATABASE_URL.reveal(), path.stalls));
  const lost =
    path.workerLostAfterMs === undefined ? undefined : loseWorker(path.workerLostAfterMs);
  await screening.firstDecision(input, 60_000);
  await Promise.all([stall?.over, lost]);
  const handle = client.workflow.getHandle(`s5a:recorded-${path.name}:1`);
  await path.act?.(handle, () => screening.start(input));
  await until(path.name, () => (path.until ?? hasEnded)(handle));
  await write(path.name, handle);
};

/** Cuts the worker off for longer than its workflow task lives, so that the task is lost. */
const loseWorker = async (afterMs: number): Promise<void> => {
  await pause(afterMs);
  await workerProxy.cut();
  await pause(6000);
  await workerProxy.heal();
};

const write = async (name: string, handle: WorkflowHandle): Promise<void> => {
  const json = historyToJson(await handle.fetchHistory());
  const date = new Date().toISOString().slice(0, 16).replace(':', '');
  const file = join(folder, `${name}.${date}.json`);
  writeFileSync(file, `${JSON.stringify(json, undefined, 1)}\n`, { flag: 'wx' });
  process.stdout.write(`${file}\n`);
};

const names = process.argv.slice(2);
const isWanted = (name: string) => names.length === 0 || names.includes(name);
const wanted = paths.filter(({ name }) => isWanted(name));

const parts = await startParts();
const { config, pool } = parts;
const identity = 'recorder';
const dataConverter = { failureConverterPath };
const logger = createLogger('recorder', 'fatal');
const metrics = createMetrics();
const built = buildDeps(config, {
  pool,
  reads: pool,
  writes: pool,
  logger,
  metrics,
  alarm: createAlarm(logger, metrics),
  lookups: noLookups,
  controls: () => controls,
  shippedRules: shippedRules(),
  giveWay: { isGivingWay: () => false },
  rules: () => ({ live: { version: 0, ruleSet: defaultRuleSet() }, trial: null }),
});
const [temporalHost = '', temporalPort] = parts.temporal.address.split(':');
const workerProxy = await startProxy(temporalHost, Number(temporalPort));
const native = await NativeConnection.connect({ address: `127.0.0.1:${workerProxy.port}` });
const worker = await Worker.create({
  connection: native,
  identity,
  taskQueue,
  activities: createActivities(built.deps),
  workflowBundle: { codePath: await ensureWorkflowBundle(join(parts.varDir.path, 'bundles')) },
  dataConverter,
});
const connection = await Connection.connect({ address: parts.temporal.address });
const client = new Client({ connection, identity, dataConverter });
const settleWorker = await Worker.create({
  connection: native,
  identity,
  taskQueue: `${taskQueue}-settle`,
  activities: createActivities(built.deps),
  dataConverter,
});
const askAgainWorker = await Worker.create({
  connection: native,
  identity,
  taskQueue: `${taskQueue}-again`,
  activities: createAskAgainActivities(built.deps),
  dataConverter,
});
const recordAll = async () => {
  for (const path of wanted) await record(parts, client, path);
  if (!isWanted(notifyAlertPath)) return;
  const beside = { client, connection: native, identity, taskQueue };
  await write(notifyAlertPath, await runNotifyAlert(built.deps, beside));
};
try {
  await worker.runUntil(() =>
    askAgainWorker.runUntil(() => settleWorker.runUntil(() => recordAll())),
  );
} finally {
  await connection.close();
  await native.close();
  await workerProxy.close();
  await built.close();
  await parts.stop();
}
