import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { aifiPush } from '../support/aifi-push.js';
import {
  decided,
  expectTryAgain,
  giveVerdict,
  lookUp,
  omsCallsOf,
  reaches,
  workflowIdOf,
} from '../support/flows.js';
import { order } from '../support/orders.js';
import { createMigratedDatabase, openTestPool } from '../support/postgres.js';
import { type Proxy, startProxy } from '../support/proxy.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;

/** The budget and the second that an answer may take beside it, and one for a busy machine. */
const deadlineMs = 1500 + 1000 + 1000;

const breaks = [
  ['refuses connections', (proxy: Proxy) => proxy.cut()],
  ['takes connections and says nothing', (proxy: Proxy) => proxy.hang()],
] as const;

const effectsOf = async (stack: Stack, body: Json): Promise<number> =>
  (await omsCallsOf(stack, body)).filter((call) => call.status === 200).length;

const expectRefusedInTime = async (send: () => ReturnType<Stack['post']>) => {
  const startedMs = performance.now();
  expectTryAgain(await send());
  expect(performance.now() - startedMs).toBeLessThan(deadlineMs);
};

const isReady = (stack: Stack) =>
  until('the API is ready', async () => (await stack.get('/readyz', 'none')).status === 200);

/** API and worker have both recovered. */
const decidesAgain = async (stack: Stack): Promise<void> => {
  await isReady(stack);
  const body = order();
  await until('an order is decided', async () => {
    const reply = await stack.post('/transaction', body);
    return reply.status === 200;
  });
  await reaches(stack, body, 'processed');
};

describe('Temporal away', () => {
  let stack: Stack;
  let proxy: Proxy;

  beforeAll(async () => {
    const [host = '', port] = inject('temporalAddress').split(':');
    proxy = await startProxy(host, Number(port));
    stack = await startStack({ TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}` });
  });

  afterEach(async () => {
    await proxy.heal();
    await decidesAgain(stack);
  });

  afterAll(async () => {
    await stack?.stop();
    await proxy?.close();
  });

  it.each(breaks)(
    'that %s: 503 in time, and the sweep has the stored order decided',
    async (_how, fail) => {
      const pid = stack.api.process.pid;
      await fail(proxy);
      const body = order();
      await expectRefusedInTime(() => stack.post('/transaction', body));
      const found = await lookUp(stack, body);
      expect(found?.status).toBe('deciding');
      const ready = await stack.get('/readyz', 'none');
      expectTryAgain(ready);
      expect(ready.text).toContain('Temporal');
      expect(ready.text).not.toContain('Postgres');
      await proxy.heal();
      await stack.db.query(
        `update transactions set received_at = received_at - interval '60 s'
          where transaction_id = $1`,
        [found?.transactionId],
      );
      await reaches(stack, body, 'processed');
      expect(await effectsOf(stack, body)).toBe(1);
      expect([stack.api.process.pid, stack.api.process.exitCode]).toEqual([pid, null]);
    },
  );

  it('an order that was decided before is answered again from its row', async () => {
    const body = order();
    const first = await stack.post('/transaction', body);
    await proxy.cut();
    const again = await stack.post('/transaction', body);
    expect([again.status, again.text]).toEqual([200, first.text]);
  });

  it('a verdict is not accepted, and is when it is sent again', async () => {
    const body = order({}, '+yleo-review');
    const { transactionId } = await decided(stack, body);
    await proxy.cut();
    await expectRefusedInTime(() => giveVerdict(stack, transactionId, 'reject'));
    expect((await lookUp(stack, body))?.status).toBe('in_review');
    await proxy.heal();
    await until('the verdict is taken', async () => {
      const reply = await giveVerdict(stack, transactionId, 'reject');
      return reply.status === 200;
    });
    await reaches(stack, body, 'cancelled');
    expect(await effectsOf(stack, body)).toBe(1);
  });

  it('a push of AiFi is stored and answered as usual, and becomes evidence afterwards', async () => {
    proxy.hang();
    const startedMs = performance.now();
    const reply = await stack.post('/api/push/suspected-fraud', aifiPush(), 'aifi');
    expect(reply.status, reply.text).toBe(200);
    // An answer that waited for Temporal would take longer.
    expect(performance.now() - startedMs).toBeLessThan(2500);
    const countOf = async (from: string) => {
      const { rows } = await stack.db.query<{ n: number }>(
        `select count(*)::int as n from ${from}`,
      );
      return rows[0]?.n;
    };
    expect(await countOf('aifi_pushes where drained_at is null')).toBe(1);
    await proxy.heal();
    const drained = 'aifi_pushes where drained_at is not null';
    await until('it is drained', async () => (await countOf(drained)) === 1);
    expect(await countOf("evidence where kind = 'aifi_suspicion'")).toBeGreaterThan(0);
  });

  it('a settlement that was under way is finished with one effect', async () => {
    await stack.setFault('oms', { latencyMs: 1500, times: 1 });
    const body = order();
    await decided(stack, body);
    await until('OMS was told', async () => (await omsCallsOf(stack, body)).length === 1);
    await proxy.cut();
    await reaches(stack, body, 'processed');
    await proxy.heal();
    const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
    await until('the workflow has ended', async () => {
      const { status } = await handle.describe();
      return status.name === 'COMPLETED';
    });
    expect(await effectsOf(stack, body)).toBe(1);
  });
});

describe('Postgres away', () => {
  let stack: Stack;
  let proxy: Proxy;
  let database: { url: string; drop(): Promise<void> };
  let db: pg.Pool;

  beforeAll(async () => {
    database = await createMigratedDatabase(inject('postgresUrl'));
    const url = new URL(database.url);
    proxy = await startProxy(url.hostname, Number(url.port));
    url.port = String(proxy.port);
    db = openTestPool(database.url, 2);
    stack = await startStack({ DATABASE_URL: url.toString() });
  });

  afterEach(async () => {
    await proxy.heal();
    await stack.setFault('yleo', undefined);
    await stack.setFault('oms', undefined);
    await decidesAgain(stack);
  });

  afterAll(async () => {
    await stack?.stop();
    await proxy?.close();
    await db?.end();
    await database?.drop();
  });

  const rowsOf = async (body: Json) =>
    (await db.query('select status from transactions where order_id = $1', [body['orderId']])).rows;

  it.each(breaks)(
    'that %s: 503 in time and nothing happened; the API recovers',
    async (_how, fail) => {
      const pid = stack.api.process.pid;
      const body = order();
      await fail(proxy);
      await expectRefusedInTime(() => stack.post('/transaction', body));
      await expectRefusedInTime(() => giveVerdict(stack, 'tx_any', 'accept'));
      const ready = await stack.get('/readyz', 'none');
      expectTryAgain(ready);
      expect(ready.text).toContain('Postgres');
      expect(ready.text).not.toContain('Temporal');
      expect((await stack.get('/healthz', 'none')).status).toBe(200);
      expect(await rowsOf(body)).toEqual([]);
      const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
      await expect(handle.describe()).rejects.toThrow(/not found/i);
      await proxy.heal();
      await isReady(stack);
      const reply = await stack.post('/transaction', body);
      expect(reply.status).toBe(200);
      await reaches(stack, body, 'processed');
      expect(await effectsOf(stack, body)).toBe(1);
      expect([stack.api.process.pid, stack.api.process.exitCode]).toEqual([pid, null]);
    },
  );

  const askedYleo = async (body: Json) =>
    (await stack.calls('yleo')).some((call) =>
      JSON.stringify(call.body).includes(String(body['orderId'])),
    );

  it.each([
    [...breaks[0], ['processed']],
    // Its answer cannot be stored in time, and a late answer holds the order.
    [...breaks[1], ['processed', 'in_review']],
  ] as const)(
    'that %s while an order is decided: it waits and is decided',
    async (_how, fail, outcomes) => {
      await stack.setFault('yleo', { latencyMs: 700 });
      const body = order();
      const reply = stack.post('/transaction', body);
      await until('Yleo is asked', () => askedYleo(body));
      await fail(proxy);
      expectTryAgain(await reply);
      expect(await rowsOf(body)).toEqual([{ status: 'deciding' }]);
      await proxy.heal();
      const status = await until('the order is decided', async () => {
        const found = (await lookUp(stack, body))?.status;
        return found === 'deciding' || found === 'settling' ? undefined : found;
      });
      expect(outcomes).toContain(status);
      expect(await effectsOf(stack, body)).toBe(status === 'processed' ? 1 : 0);
    },
  );

  it('while OMS acts: the settlement is noted later and OMS acts once', async () => {
    await stack.setFault('oms', { latencyMs: 1000, times: 1 });
    const body = order();
    await decided(stack, body);
    await until('OMS was told', async () => (await omsCallsOf(stack, body)).length === 1);
    await proxy.cut();
    await until('OMS has answered', async () => (await effectsOf(stack, body)) === 1);
    expect(await rowsOf(body)).toEqual([{ status: 'settling' }]);
    await proxy.heal();
    await reaches(stack, body, 'processed');
    expect(await effectsOf(stack, body)).toBe(1);
  });

  it('while a reviewer decides: the accepted verdict is not lost', async () => {
    const body = order({}, '+yleo-review');
    await decided(stack, body);
    await proxy.cut();
    const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
    await handle.signal('decision', { recommendationCode: 'accept' });
    await until('the workflow has taken it', async () => {
      const { status } = await handle.query<{ status: string }>('state');
      return status === 'settling';
    });
    await proxy.heal();
    await reaches(stack, body, 'processed');
    expect(await effectsOf(stack, body)).toBe(1);
  });
});
