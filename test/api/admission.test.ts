import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenForNotices } from '../../db/listen.js';
import { overloadChannel } from '../../db/overload.js';
import { createPool } from '../../db/pool.js';
import { order } from '../support/orders.js';
import { exampleBody, withOverrides } from '../support/transactions.js';
import { until } from '../support/until.js';
import { faultOf } from './errors.js';
import { seedOrder } from './seed.js';
import { type Api, type ApiReply, startApi } from './server.js';

/** An API without a worker: orders that it admits keep their slots. */
let api: Api;
let known: { readonly orderId: string; readonly transactionId: string };
let kept: Promise<ApiReply>[];
const logged: string[] = [];

/** The slots of an API that has measured nothing yet. */
const places = 20;

const post = (body: object, to = api) =>
  to.ask('/transaction', { method: 'POST', key: 'oms', body: JSON.stringify(body) });

const isRefusal = ({ text }: ApiReply): boolean => text.includes('more orders come in');

const metric = async (name: string): Promise<number> => {
  const { text } = await api.ask('/metrics', { key: 'operator' });
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
};

const storedOrders = async (to = api): Promise<number> => {
  const { rows } = await to.pool.query('select count(*)::int as orders from transactions');
  return (rows as { orders: number }[])[0]?.orders ?? 0;
};

beforeAll(async () => {
  api = await startApi({
    logger: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
  });
  const orderId = `K-${randomUUID()}`;
  known = { orderId, transactionId: await seedOrder(api, { orderId }) };
  // The keys are cached before, as they are in normal use.
  await post({});
  kept = Array.from({ length: places }, () => post(order()));
  await Promise.all(kept);
});

afterAll(() => api?.stop());

describe('while as many new orders are in flight as can be decided', () => {
  it('admitted orders still count after their callers have gone: somebody may work on them', async () => {
    const replies = await Promise.all(kept);
    expect(replies.map(faultOf)).toEqual(
      Array.from({ length: places }, () => [503, 'temporarily_unavailable']),
    );
    expect(replies.filter(isRefusal)).toEqual([]);
    expect(await metric('verdict_orders_in_flight')).toBe(places);
  });

  it('another is refused at once, is not stored, and gets a random Retry-After', async () => {
    const before = await storedOrders();
    const refusedBefore = await metric('verdict_orders_refused_total');
    const times: number[] = [];
    const waits = new Set<string | null>();
    for (let index = 0; index < 40; index += 1) {
      const startedMs = performance.now();
      const reply = await post(order());
      times.push(performance.now() - startedMs);
      expect(faultOf(reply)).toEqual([503, 'temporarily_unavailable']);
      expect(isRefusal(reply)).toBe(true);
      waits.add(reply.headers.get('retry-after'));
    }
    // A wait would delay all of them; a busy machine delays only some.
    expect(Math.min(...times)).toBeLessThan(50);
    expect(waits.size).toBeGreaterThan(2);
    expect([...waits].every((wait) => Number(wait) >= 2 && Number(wait) <= 30)).toBe(true);
    expect(await storedOrders()).toBe(before);
    expect(await metric('verdict_orders_refused_total')).toBe(refusedBefore + 40);
    expect(await metric('verdict_alarms_total{code="orders_refused"}')).toBe(1);
  });

  it('the workers hear of refusals, twice a second at most', async () => {
    const ending = new AbortController();
    let isListening = false;
    let notices = 0;
    const listening = listenForNotices(api.databaseUrl, {
      connected: () => {
        isListening = true;
      },
      channels: {
        [overloadChannel]: () => {
          notices += 1;
        },
      },
      signal: ending.signal,
    });
    await until('it listens', () => Promise.resolve(isListening));
    const beganMs = performance.now();
    await until('a second has been announced', async () => {
      expect(isRefusal(await post(order()))).toBe(true);
      return notices === 2;
    });
    expect(performance.now() - beganMs).toBeGreaterThan(450);
    ending.abort();
    await listening;
  });

  it('one that was decided before is answered from its row, and another content conflicts', async () => {
    const body = withOverrides(exampleBody(), { orderId: known.orderId, groupId: '1' });
    const again = await post(body);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(again.json).toMatchObject({ transactionId: known.transactionId });
    const other = await post(withOverrides(body, { orderTotal: 1 }));
    expect(faultOf(other)).toEqual([400, 'transaction_conflict']);
  });

  it('invalid ids are named, and a wrong key is reported', async () => {
    expect(faultOf(await post({ ...order(), banner: 'none' }))[0]).toBe(400);
    const reply = await api.ask('/transaction', { method: 'POST', key: 'analyst', body: '{}' });
    expect(reply.status).toBe(403);
  });

  it('a refusal writes no log line, as a flood of lines would cost more than the refusals', async () => {
    await api.ask(`/transaction/${known.transactionId}`, { key: 'oms' });
    const before = logged.length;
    expect(before).toBeGreaterThan(0);
    expect(isRefusal(await post(order()))).toBe(true);
    expect(logged.slice(before)).toEqual([]);
  });

  it('reads are answered as ever', async () => {
    const reply = await api.ask(`/transaction/${known.transactionId}`, { key: 'oms' });
    expect(reply.status).toBe(200);
  });

  it('a flood of large bodies is not parsed to find out which orders they are', async () => {
    const [item] = order()['items'] as object[];
    const large = order({ banner: 'none', items: Array.from({ length: 500 }, () => item) });
    const bytes = Buffer.byteLength(JSON.stringify(large));
    const startedMs = performance.now();
    const replies = await Promise.all(Array.from({ length: 40 }, () => post(large)));
    const seconds = (performance.now() - startedMs) / 1000;
    // Only a parsed body shows that its banner is wrong.
    const parsed = replies.filter(({ status }) => status === 400);
    expect(replies.filter(({ status }) => status === 503).length).toBe(40 - parsed.length);
    // The budget of a second may have begun before the flood.
    expect(parsed.length * bytes).toBeLessThanOrEqual(4_000_000 * (2 + Math.floor(seconds)));
  });
});

describe('equal orders that come together', () => {
  it('take one place: the others are not new, and none is refused', async () => {
    const other = await startApi();
    try {
      await post({}, other);
      const taken = Array.from({ length: places - 5 }, () => post(order(), other));
      const body = order();
      const equal = Array.from({ length: 30 }, () => post(body, other));
      const replies = await Promise.all([...taken, ...equal]);
      expect(replies.filter(isRefusal)).toEqual([]);
      expect(await storedOrders(other)).toBe(places - 5 + 1);
    } finally {
      await other.stop();
    }
  });
});

describe('a database that hangs for new orders', () => {
  it('holds up no read, no repeat and no key', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const databaseUrl = `postgres://nobody@127.0.0.1:${port}/nothing`;
    const orderPool = createPool({ databaseUrl, connections: 4, timeoutMs: 2000 });
    const other = await startApi({ orderPool });
    try {
      const orderId = `K-${randomUUID()}`;
      const transactionId = await seedOrder(other, { orderId });
      const waiting = Array.from({ length: places }, () => post(order(), other));
      const read = await other.ask(`/transaction/${transactionId}`, { key: 'oms' });
      expect(read.status).toBe(200);
      const cases = await other.ask('/v1/cases', { key: 'reviewer' });
      expect(cases.status).toBe(200);
      const body = withOverrides(exampleBody(), { orderId, groupId: '1' });
      expect((await post(body, other)).status).toBe(200);
      const statuses = (await Promise.all(waiting)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([503]));
    } finally {
      await other.stop();
      await orderPool.end();
      silent.close();
    }
  });
});
