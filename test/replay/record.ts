import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../../activities/create-activities.js';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { migrate } from '../../db/migrate.js';
import { createPool, type Pool } from '../../db/pool.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { loadConfig } from '../../runtime/config.js';
import { failureConverterPath } from '../../runtime/data-converter.js';
import { createLogger } from '../../runtime/logger.js';
import { createAlarm, createMetrics } from '../../runtime/metrics.js';
import { createVault } from '../../runtime/vault.js';
import { createScreeningClient } from '../../screening/client.js';
import { screeningInputOf } from '../../screening/input.js';
import { openTransaction } from '../../services/transactions/open.js';
import { receiveTransaction } from '../../services/transactions/receive.js';
import { startSimulators } from '../../simulators/server.js';
import { buildDeps } from '../../worker/build-deps.js';
import { ensureWorkflowBundle } from '../../worker/bundle.js';
import type { ReviewPolicy } from '../../workflows/messages.js';
import { order } from '../support/orders.js';
import { startTestPostgres } from '../support/postgres.js';
import { makeTempDir } from '../support/temp-dir.js';
import { startTestTemporal } from '../support/temporal-server.js';
import { until } from '../support/until.js';
import { historyToJson } from './history-json.js';

/**
 * Records a history of every path of the workflow, in clear, into `histories/`. Run by hand with
 * `npx tsx test/replay/record.ts` when the workflow has changed: it adds files and keeps those
 * that are there, because orders that began under an older version must replay as well.
 */

const taskQueue = 'recording';
const folder = fileURLToPath(new URL('./histories', import.meta.url));

interface Path {
  readonly name: string;
  readonly tags?: string;
  readonly overrides?: Record<string, unknown>;
  readonly review?: Partial<ReviewPolicy>;
  /** Faults of simulators while this order runs, by partner. */
  readonly faults?: Record<string, unknown>;
  /** What people do once the first decision is there. */
  readonly act?: (handle: WorkflowHandle) => Promise<unknown>;
  /** Where the recording stops; by default when the workflow has ended. */
  readonly until?: (handle: WorkflowHandle) => Promise<boolean>;
}

const verdict = (recommendationCode: 'accept' | 'reject', round = 0) => ({
  recommendationCode,
  reviewer: 'reviewer:recording',
  remarks: 'recorded',
  round,
});
const byUpdate =
  (code: 'accept' | 'reject', round = 0) =>
  (handle: WorkflowHandle) =>
    handle.executeUpdate('submitDecision', { args: [verdict(code, round)] });
const bySignal = (code: 'accept' | 'reject') => (handle: WorkflowHandle) =>
  handle.signal('decision', { recommendationCode: code });
const isRejectedByOms = async (handle: WorkflowHandle) =>
  (await handle.query<{ status: string }>('state')).status === 'oms_rejected';
const afterRefusal = (code: 'accept' | 'reject') => async (handle: WorkflowHandle) => {
  await until('OMS has refused', () => isRejectedByOms(handle));
  await byUpdate(code, 1)(handle);
};
const hasEnded = async (handle: WorkflowHandle) =>
  (await handle.describe()).status.name === 'COMPLETED';
const refuseOnce = { oms: { times: 1, status: 422 } };
const localReject = {
  orderTotal: 9000,
  creditCard: { avsResponse: 'G', billingAddress: { country: 'FR' }, expiryDate: '01-20' },
};

const paths: readonly Path[] = [
  { name: 'accept' },
  { name: 'reject', tags: '+yleo-declined' },
  { name: 'local-reject', overrides: localReject },
  {
    name: 'partner-outage-review-accept',
    faults: { yleo: { status: 500 } },
    act: byUpdate('accept'),
  },
  {
    name: 'both-partners-hang',
    faults: { yleo: { connection: 'hang' }, sardine: { connection: 'hang' } },
    act: byUpdate('reject'),
  },
  { name: 'review-accept-by-update', tags: '+sardine-high', act: byUpdate('accept') },
  { name: 'review-reject-by-signal', tags: '+yleo-review', act: bySignal('reject') },
  {
    name: 'review-nonsense-then-two-verdicts',
    tags: '+yleo-review',
    act: async (handle) => {
      await handle.signal('decision', 'nonsense');
      await Promise.all([byUpdate('accept')(handle), byUpdate('reject')(handle)]);
    },
  },
  {
    name: 'review-reminded-then-expired',
    tags: '+yleo-escalate',
    review: { remindAfterMs: 200, expireAfterMs: 800, expireAction: 'reject' },
  },
  {
    name: 'review-kept-when-overdue',
    tags: '+yleo-review',
    review: { remindAfterMs: 100, expireAfterMs: 1500, expireAction: 'keep' },
    until: async (handle) => {
      const { events } = await handle.fetchHistory();
      return (events ?? []).filter((event) => event.timerStartedEventAttributes).length >= 3;
    },
  },
  {
    name: 'review-kept-then-accepted',
    tags: '+yleo-review',
    review: { remindAfterMs: 100, expireAfterMs: 200, expireAction: 'keep' },
    act: async (handle) => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await byUpdate('accept')(handle);
    },
  },
  { name: 'settlement-retried', faults: { oms: { times: 3, status: 503, retryAfter: '1' } } },
  { name: 'oms-refused-accept-then-reject', faults: refuseOnce, act: afterRefusal('reject') },
  {
    name: 'oms-refused-verdict-then-accept',
    tags: '+yleo-review',
    faults: refuseOnce,
    act: async (handle) => {
      await byUpdate('accept')(handle);
      await afterRefusal('accept')(handle);
    },
  },
  { name: 'oms-refused-waiting', faults: refuseOnce, until: isRejectedByOms },
];

const startParts = async () => {
  const varDir = makeTempDir();
  const [postgres, temporal, simulators] = await Promise.all([
    startTestPostgres(),
    startTestTemporal(),
    startSimulators({
      port: 0,
      sardine: { clientId: 'test-client', clientSecret: 'test-secret' },
      oms: { token: 'test-oms-token' },
    }),
  ]);
  await migrate(postgres.url);
  const config = loadConfig({
    VAR_DIR: varDir.path,
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.address,
    SARDINE_URL: `${simulators.url}/sardine`,
    SARDINE_CLIENT_ID: 'test-client',
    SARDINE_CLIENT_SECRET: 'test-secret',
    YLEO_URL: `${simulators.url}/yleo`,
    OMS_URL: `${simulators.url}/oms`,
    OMS_TOKEN: 'test-oms-token',
  });
  const pool = createPool({ databaseUrl: postgres.url, connections: 10, timeoutMs: 4000 });
  const stop = async () => {
    await pool.end();
    await Promise.all([postgres.stop(), temporal.stop(), simulators.close()]);
    varDir.remove();
  };
  return { config, pool, temporal, simulators, varDir, stop };
};

type Parts = Awaited<ReturnType<typeof startParts>>;

const setFaults = async (parts: Parts, faults: Record<string, unknown>) => {
  for (const partner of ['sardine', 'yleo', 'oms']) {
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
  const received = receiveTransaction(tokeniser, parsed.value, new Date());
  await openTransaction({ db: pool, vault: createVault(config.payloadKeys) }, received);
  return screeningInputOf(received.transactionId, received.transaction, received.receivedAt, {
    budgetMs: 400,
    review: {
      remindAfterMs: 14_400_000,
      expireAfterMs: 259_200_000,
      expireAction: 'reject',
      ...path.review,
    },
  });
};

const record = async (parts: Parts, client: Client, path: Path) => {
  await setFaults(parts, path.faults ?? {});
  const input = await openOrder(parts, path);
  await createScreeningClient(client, taskQueue).firstDecision(input, 20_000);
  const handle = client.workflow.getHandle(`s5a:recorded-${path.name}:1`);
  await path.act?.(handle);
  await until(path.name, () => (path.until ?? hasEnded)(handle));
  const json = historyToJson(await handle.fetchHistory());
  const date = new Date().toISOString().slice(0, 10);
  const file = join(folder, `${path.name}.${date}.json`);
  writeFileSync(file, `${JSON.stringify(json, undefined, 1)}\n`, { flag: 'wx' });
  process.stdout.write(`${file}\n`);
};

const parts = await startParts();
const { config, pool } = parts;
const identity = 'recorder';
const dataConverter = { failureConverterPath };
const logger = createLogger('recorder', 'fatal');
const metrics = createMetrics();
const built = buildDeps(config, { pool, logger, metrics, alarm: createAlarm(logger, metrics) });
const native = await NativeConnection.connect({ address: parts.temporal.address });
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
try {
  await worker.runUntil(async () => {
    for (const path of paths) await record(parts, client, path);
  });
} finally {
  await connection.close();
  await native.close();
  await built.close();
  await parts.stop();
}
