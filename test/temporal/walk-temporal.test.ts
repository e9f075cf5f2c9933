import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createPayloadCodec } from '../../runtime/payload-codec.js';
import { connectNow } from '../../runtime/temporal.js';
import { transactionIdOfWorkflow } from '../../services/transactions/ids.js';
import { createRuns } from '../../temporal/order-runs.js';
import type { Finding } from '../../temporal/reconcile/findings.js';
import { walkTemporal } from '../../temporal/reconcile/walk-temporal.js';
import { screenTransactionType } from '../../workflows/order/messages.js';
import { fraudStatusKey } from '../../workflows/order/search-attributes.js';
import { keyring, vault } from '../services/backtests-fixture.js';
import { openDatabase } from '../services/database.js';
import { until } from '../support/until.js';

/** No worker polls it. */
const taskQueue = `walk-${randomUUID()}`;

let client: Client;
let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  const address = inject('temporalAddress');
  client = new Client({
    connection: await connectNow({ address }),
  });
  database = await openDatabase();
});

afterAll(async () => {
  await client?.connection.close();
  await database?.close();
});

/** Two runs of an order, with the statuses that they published; the first one was broken off. */
const startTwice = async (workflowId: string, statuses: readonly [string, string]) => {
  const start = (status: string) =>
    client.workflow.start(screenTransactionType, {
      ...{ workflowId, taskQueue, args: [] },
      typedSearchAttributes: [{ key: fraudStatusKey, value: status }],
    });
  const first = await start(statuses[0]);
  await first.terminate();
  await start(statuses[1]);
};

const store = (workflowId: string, status: string) =>
  database.pool.query(
    `insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
       content_key_id, content_hash, body, status, received_at, updated_at)
     values ($1, $2, 's5a', $2, '1', 'k', '\\x00', '\\x00', $3, now(), now())`,
    [transactionIdOfWorkflow(workflowId), workflowId, status],
  );

/** Each finding once, in the order of their ids. */
const walk = async (pageSize: number) => {
  const found = new Set<string>();
  const runs = await walkTemporal(
    {
      ...{ db: database.pool, client, taskQueue, vault, pageSize, isApplied: false },
      ...{ codec: createPayloadCodec(keyring), runs: createRuns(client, taskQueue) },
      controls: () => {
        throw new Error('no order of this test is rebuilt');
      },
      now: () => new Date(),
      found: ({ kind, workflowId, postgres = '-', temporal = '-' }: Finding) =>
        void found.add(`${workflowId} ${kind} ${postgres} ${temporal}`),
    },
    undefined,
  );
  return { runs, found: [...found].toSorted() };
};

it("an order's latest run counts, on whichever page of Temporal's list its runs are", async () => {
  const [same, other, unknown] = ['same', 'other', 'unknown'].map(
    (name) => `s5a:${name}-${randomUUID()}:1`,
  ) as [string, string, string];
  await startTwice(same, ['cancelled', 'processed']);
  await startTwice(other, ['cancelled', 'processed']);
  await startTwice(unknown, ['in_review', 'processed']);
  await store(same, 'processed');
  await store(other, 'cancelled');
  await until('all runs are listed', async () => {
    const { count } = await client.workflow.count(`TaskQueue = '${taskQueue}'`);
    return count === 6;
  });
  const found = [
    `${other} contradiction cancelled processed`,
    `${unknown} not_in_postgres - processed`,
  ];
  expect(await walk(200)).toEqual({ runs: 6, found });
  expect(await walk(1)).toEqual({ runs: 6, found });
  for (const workflowId of [same, other, unknown]) {
    await client.workflow.getHandle(workflowId).terminate();
  }
});
