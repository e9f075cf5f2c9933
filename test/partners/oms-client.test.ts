import { afterEach, describe, expect, it } from 'vitest';
import { createOms, OmsUnavailable, type Settlement } from '../../partners/oms/client.js';
import { Secret } from '../../runtime/secret.js';
import { answer, drip, type Handler, reset, serve } from './http-server.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const settle = async (handler: Handler, changes: Partial<Settlement> = {}) => {
  const server = await serve(handler);
  const oms = createOms({ baseUrl: server.url, token: new Secret('oms-token') });
  cleanups.push(server.close, oms.close);
  const outcome = await oms
    .settle({
      action: 'process',
      orderId: '81004517',
      record: { transactionId: 'tx_1' },
      idempotencyKey: 's5a:81004517:1:process',
      signal: new AbortController().signal,
      timeoutMs: 1_000,
      ...changes,
    })
    .catch((error: unknown) => error);
  return { outcome, calls: server.calls };
};

const saying =
  (status: number, headers: Record<string, string> = {}): Handler =>
  (_call, response) =>
    answer(response, status, status === 204 ? '' : { status }, headers);

describe('OMS', () => {
  it.each(['process', 'cancel'] as const)(
    'is told to %s with token, key and record',
    async (action) => {
      const { outcome, calls } = await settle(saying(200), {
        action,
        orderId: 'A/1 ü?#%',
        idempotencyKey: `key:${action}`,
      });
      expect(outcome).toEqual({ kind: 'done' });
      expect(calls).toHaveLength(1);
      expect(calls[0]).toMatchObject({
        method: 'POST',
        path: `/orders/A%2F1%20%C3%BC%3F%23%25/${action}`,
        body: { transactionId: 'tx_1' },
      });
      expect(calls[0]?.headers).toMatchObject({
        authorization: 'Bearer oms-token',
        'idempotency-key': `key:${action}`,
        'content-type': 'application/json',
      });
    },
  );

  it.each([200, 201, 202, 204, 409])('has done it with %i', async (status) => {
    expect((await settle(saying(status))).outcome).toEqual({ kind: 'done' });
  });

  it.each([400, 402, 404, 405, 410, 413, 415, 422])('refuses for good with %i', async (status) => {
    const reason = `{"status":${status}}`;
    expect((await settle(saying(status))).outcome).toEqual({ kind: 'refused', status, reason });
  });

  it.each([301, 307, 401, 403, 408, 429, 500, 502, 503, 504])(
    'has given no answer with %i, so the order waits',
    async (status) => {
      const { outcome } = await settle(saying(status));
      expect(outcome).toBeInstanceOf(OmsUnavailable);
      expect(outcome).toMatchObject({ isUnauthorized: status === 401 || status === 403 });
    },
  );

  it.each([
    [429, '7', 7_000],
    [503, '2', 2_000],
    [503, 'later', undefined],
  ])('may ask with %i to wait (%s)', async (status, retryAfter, retryAfterMs) => {
    const { outcome } = await settle(saying(status, { 'retry-after': retryAfter }));
    expect(outcome).toMatchObject({ retryAfterMs });
  });

  it('may ask to wait until a date', async () => {
    const date = new Date(Date.now() + 90_000).toUTCString();
    const { outcome } = await settle(saying(503, { 'retry-after': date }));
    expect((outcome as OmsUnavailable).retryAfterMs).toBeGreaterThan(85_000);
    expect((outcome as OmsUnavailable).retryAfterMs).toBeLessThanOrEqual(90_000);
  });

  it.each<[string, Handler]>([
    ['resets the connection', (_call, response) => reset(response)],
    ['hangs', () => undefined],
  ])('that %s has given no answer', async (_name, handler) => {
    const { outcome } = await settle(handler, { timeoutMs: 200 });
    expect(outcome).toBeInstanceOf(OmsUnavailable);
    expect(String(outcome)).not.toMatch(/oms-token|81004517|tx_1/);
  });

  it('that has no listener has given no answer', async () => {
    const server = await serve(() => undefined);
    await server.close();
    const oms = createOms({ baseUrl: server.url, token: new Secret('oms-token') });
    cleanups.push(oms.close);
    const settling = oms.settle({
      action: 'cancel',
      orderId: '81004517',
      record: {},
      idempotencyKey: 's5a:81004517:1:cancel',
      signal: new AbortController().signal,
      timeoutMs: 1_000,
    });
    await expect(settling).rejects.toBeInstanceOf(OmsUnavailable);
  });

  it.each<[string, Handler]>([
    ['drips', (_call, response) => drip(response)],
    ['is too long', (_call, response) => answer(response, 200, 'x'.repeat(1_100_000))],
    ['is not JSON', (_call, response) => answer(response, 200, '<html>')],
    ['is empty', (_call, response) => answer(response, 200, '')],
  ])('has done it although its body %s', async (_name, handler) => {
    expect((await settle(handler, { timeoutMs: 1_000 })).outcome).toEqual({ kind: 'done' });
  });

  it('has done it with a 409 whose body never ends, and nobody waits for that body', async () => {
    const startedAtMs = performance.now();
    const { outcome } = await settle((_call, response) => drip(response, 409), {
      timeoutMs: 20_000,
    });
    expect(outcome).toEqual({ kind: 'done' });
    expect(performance.now() - startedAtMs).toBeLessThan(15_000);
  });

  it('is abandoned when the caller cancels', async () => {
    const caller = new AbortController();
    const reason = new Error('the worker shuts down');
    const { outcome } = await settle(() => caller.abort(reason), { signal: caller.signal });
    expect(outcome).toBe(reason);
  });
});
