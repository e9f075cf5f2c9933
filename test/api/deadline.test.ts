import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool } from '../../db/pool.js';
import { order } from '../support/orders.js';
import { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';

/** The budget of 100 ms and a second; and what a busy machine may add. */
const deadlineMs = 1100;
const graceMs = 10_000;

/** Accepts connections and never answers, like a database whose machine hangs. */
const silent = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined);
});
const sockets = new Set<Socket>();
let api: Api;
let hanging: ReturnType<typeof createPool>;

beforeAll(async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const databaseUrl = `postgres://nobody@127.0.0.1:${port}/nothing`;
  hanging = createPool({ databaseUrl, connections: 5, timeoutMs: 60_000 });
  api = await startApi({ db: hanging, orderPool: hanging });
});

afterAll(async () => {
  await api?.stop();
  for (const socket of sockets) socket.destroy();
  await hanging?.end();
  silent.close();
});

describe('while Postgres hangs already during the check of the key', () => {
  it.each([
    ['/transaction', JSON.stringify(order())],
    ['/decision', JSON.stringify({ transactionId: 'tx_1', recommendationCode: 'accept' })],
    ['/v1/transactions/tx_1/withdrawal', '{}'],
  ])('POST %s is answered 503 by its deadline', async (path, body) => {
    const startedMs = performance.now();
    const reply = await api.ask(path, { method: 'POST', key: 'oms', body });
    const ms = performance.now() - startedMs;
    expect(faultOf(reply)).toEqual([503, 'temporarily_unavailable']);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(ms).toBeLessThan(deadlineMs + graceMs);
  });
});

describe('a body that never ends', () => {
  it.each([
    ['of a told length', 'content-length: 5000', '{"orderId":'],
    ['in chunks', 'transfer-encoding: chunked', 'b\r\n{"orderId":\r\n'],
  ])('%s is answered 503 by the deadline, too', async (_how, header, begun) => {
    const other = await startApi();
    try {
      const { hostname, port } = new URL(other.url);
      const socket = connect(Number(port), hostname);
      const startedMs = performance.now();
      const lines = ['POST /transaction HTTP/1.1', `host: ${hostname}`, header];
      const key = `authorization: Bearer ${keys.oms}`;
      socket.write([...lines, key, 'content-type: application/json', '', begun].join('\r\n'));
      const [first] = (await once(socket, 'data')) as [Buffer];
      const ms = performance.now() - startedMs;
      expect(first.toString()).toMatch(/^HTTP\/1.1 503 /);
      expect(ms).toBeLessThan(deadlineMs + graceMs);
      socket.destroy();
    } finally {
      await other.stop();
    }
  });
});
