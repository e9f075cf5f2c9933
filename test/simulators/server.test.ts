import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../simulators/bounded-map.js';
import { CallLog } from '../../simulators/calls.js';
import { createDice } from '../../simulators/dice.js';
import { startSimulators } from '../../simulators/server.js';
import {
  basic,
  bearer,
  customerBody,
  recordBody,
  useSimulators,
  yleoBody,
  yleoRoute,
} from './simulators.js';

const credentials = {
  credentials: { SARDINE_CLIENT_ID: 'a', SARDINE_CLIENT_SECRET: 'b' },
  oms: { token: 'c' },
};

/** A request whose body has no announced length. */
const stream = (text: string): RequestInit & { duplex: 'half' } => ({
  method: 'POST',
  headers: {
    authorization: bearer,
    'content-type': 'application/json',
    'idempotency-key': 's5a:81004517:1:process',
  },
  body: new Blob([text]).stream(),
  duplex: 'half',
});

describe('received calls', () => {
  const { send, sardine, oms, url } = useSimulators();

  it('lists what was received and answered, oldest first', async () => {
    await sardine('/customers', customerBody());
    await sardine('/customers?x=1', {});
    const { body } = await send('GET', '/_calls/sardine');
    expect(body).toMatchObject([
      {
        method: 'POST',
        path: '/sardine/v1/customers',
        headers: { 'content-type': 'application/json' },
        body: customerBody(),
        status: 200,
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
      { path: '/sardine/v1/customers?x=1', body: {}, status: 404 },
    ]);
  });

  it.each([
    ['sardine', 'Basic ***', basic],
    ['oms', 'Bearer ***', bearer],
    ['oms', '***', 'secret-without-scheme'],
  ])('masks the credential of %s as %s', async (partner, masked, authorization) => {
    await send('POST', `/${partner}/any`, {}, { authorization });
    const { body } = await send('GET', `/_calls/${partner}`);
    expect(body).toMatchObject([{ headers: { authorization: masked } }]);
    expect(JSON.stringify(body)).not.toContain(authorization);
  });

  it('keeps a body that is not JSON as text', async () => {
    await oms('process', '{"broken');
    expect((await send('GET', '/_calls/oms')).body).toMatchObject([
      { body: '{"broken', status: 400 },
    ]);
  });

  it("forgets the calls of one partner on request, not the partner's state", async () => {
    await oms('process', recordBody());
    await sardine('/customers', customerBody());
    expect((await send('DELETE', '/_calls/oms')).status).toBe(204);
    const { body, headers } = await send('GET', '/_calls/oms');
    expect(body).toEqual([]);
    expect(headers.get('x-total-count')).toBe('0');
    expect((await send('GET', '/_calls/sardine')).body).toHaveLength(1);
    expect((await oms('process', recordBody())).status).toBe(409);
  });

  it('keeps the last 10,000 calls and counts them all', () => {
    const log = new CallLog();
    for (let index = 0; index < 10_003; index += 1) {
      const call = { method: 'POST', path: `/${index}`, text: '{}' };
      log.add({ ...call, headers: {}, fault: undefined })(200);
    }
    const paths = log.list().map((call) => call.path);
    expect(paths).toHaveLength(10_000);
    expect([paths[0], paths.at(-1), log.total]).toEqual(['/3', '/10002', 10_003]);
  });

  it('refuses a body of more than 4 MB', async () => {
    const reply = await oms('process', 'x'.repeat(4 * 1024 * 1024 + 1));
    expect(reply).toMatchObject({ status: 413, body: [{ error: 'payload_too_large' }] });
  });

  it('reads a body that comes without a length, and bounds it too', async () => {
    const route = url('/oms/orders/81004517/process');
    expect((await fetch(route, stream('{}'))).status).toBe(400);
    expect((await fetch(route, stream('x'.repeat(4 * 1024 * 1024 + 1)))).status).toBe(413);
    expect((await send('GET', '/_calls/oms')).body).toMatchObject([{ body: {} }]);
  });

  it('survives a client that goes away in the middle of its request', async () => {
    const socket = connect(Number(new URL(url('')).port), '127.0.0.1');
    const head = 'POST /oms/orders/1/process HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{';
    await once(socket.resume(), 'connect');
    socket.end(head);
    await once(socket, 'close');
    expect((await send('GET', '/healthz')).status).toBe(200);
    expect((await send('GET', '/_calls/oms')).body).toEqual([]);
  });

  it('answers a health probe, and 404 with an error array elsewhere', async () => {
    expect(await send('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await send('GET', '/elsewhere')).toMatchObject({
      status: 404,
      body: [{ error: 'not_found' }],
    });
  });
});

describe('simulator process', () => {
  it('ends hanging and dripping connections when it is closed', async () => {
    const simulators = await startSimulators({ port: 0, ...credentials });
    const call = (path: string, method: string, body: unknown): Promise<Response> =>
      fetch(simulators.url + path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await call('/_faults/yleo', 'PUT', {
      sequence: [{ body: 'dripping' }, { connection: 'hang' }],
    });
    const dripping = (await call(yleoRoute, 'POST', yleoBody())).text();
    const hanging = call(yleoRoute, 'POST', yleoBody());
    const isReceived = async () =>
      ((await (await fetch(`${simulators.url}/_calls/yleo`)).json()) as unknown[]).length;
    await expect.poll(isReceived).toBe(2);
    const ended = Promise.allSettled([dripping, hanging]);
    await simulators.close();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('reports that its port is in use', async () => {
    const first = await startSimulators({ port: 0, ...credentials });
    try {
      const second = startSimulators({ port: first.port, ...credentials });
      await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
    } finally {
      await first.close();
    }
  });

  it('rejects every call without credentials', async () => {
    const empty = {
      credentials: { SARDINE_CLIENT_ID: '', SARDINE_CLIENT_SECRET: '' },
      oms: { token: '' },
    };
    const simulators = await startSimulators({ port: 0, ...empty });
    try {
      for (const [path, authorization] of [
        ['/sardine/v1/customers', 'Basic Og=='],
        ['/oms/orders/1/process', 'Bearer '],
      ] as const) {
        const init = { method: 'POST', headers: { authorization } };
        expect((await fetch(simulators.url + path, init)).status).toBe(401);
      }
    } finally {
      await simulators.close();
    }
  });
});

describe('bounds and dice', () => {
  it('forgets the oldest entry of a full map, and not one that was set again', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    map.set('c', 4);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
  });

  it('draws delays with the configured percentiles', () => {
    const roll = createDice({ latencyMs: { p50Ms: 100, p99Ms: 400 }, seed: 5 });
    const delays = Array.from({ length: 10_000 }, () => roll('/').delayMs).toSorted(
      (a, b) => a - b,
    );
    expect(delays[5000]).toBeGreaterThan(95);
    expect(delays[5000]).toBeLessThan(105);
    expect(delays[9900]).toBeGreaterThan(350);
    expect(delays[9900]).toBeLessThan(450);
  });

  it('affects the configured share of calls', () => {
    const roll = createDice({ errorRate: 0.2, seed: 5 });
    const struck = Array.from({ length: 10_000 }, () => roll('/').fault).filter(Boolean);
    expect(struck.length).toBeGreaterThan(1800);
    expect(struck.length).toBeLessThan(2200);
  });
});
