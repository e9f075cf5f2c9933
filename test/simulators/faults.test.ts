import { describe, expect, it } from 'vitest';
import type { ReceivedCall } from '../../simulators/calls.js';
import {
  bearer,
  changed,
  customerBody,
  recordBody,
  riskBody,
  useSimulators,
  yleoBody,
  yleoRoute,
} from './simulators.js';

const refusedPlans: readonly [string, unknown, string][] = [
  ['nothing', {}, '$ must name a fault'],
  ['a misspelt name', { latency: 5 }, '$ '],
  ['a list', [], '$ '],
  ['a status below 100', { status: 99 }, '$.status'],
  ['a status of 600', { status: 600 }, '$.status'],
  ['a rate above 1', { errorRate: 1.1 }, '$.errorRate'],
  ['a negative delay', { latencyMs: -1 }, '$.latencyMs'],
  ['a p99 below the p50', { latencyMs: { p50Ms: 10, p99Ms: 5 } }, '$.latencyMs'],
  ['an unknown body', { body: 'odd' }, '$.body'],
  ['a header with a line break', { status: 503, retryAfter: '1\r\nx: y' }, '$.retryAfter'],
  ['a reset that also answers', { connection: 'reset', status: 500 }, '$.connection'],
  ['a hang that changes fields', { connection: 'hang', fields: { a: 1 } }, '$.connection'],
  ['an empty sequence', { sequence: [] }, '$.sequence'],
  ['an unknown entry', { sequence: ['fail'] }, '$.sequence[0]'],
  ['a sequence beside a fault', { status: 500, sequence: ['ok'] }, '$.sequence'],
  ['a sequence with times', { times: 2, sequence: ['ok'] }, '$.sequence'],
  ['a fault that strikes no call', { status: 500, times: 0 }, '$.times'],
];

describe('faults on demand', () => {
  const simulators = useSimulators();
  const { send, yleo, oms, sardine } = simulators;
  const setFault = async (partner: string, plan: unknown): Promise<void> => {
    expect(await send('PUT', `/_faults/${partner}`, plan)).toMatchObject({ status: 200 });
  };
  const lastCall = async (partner: string): Promise<ReceivedCall | undefined> =>
    ((await send('GET', `/_calls/${partner}`)).body as ReceivedCall[]).at(-1);
  const statuses = async (count: number): Promise<number[]> => {
    const seen: number[] = [];
    while (seen.length < count) seen.push((await yleo(yleoBody())).status);
    return seen;
  };
  const rawYleo = (init: RequestInit = {}): Promise<Response> =>
    fetch(simulators.url(yleoRoute), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(yleoBody()),
      ...init,
    });

  it.each(refusedPlans)('refuses a plan with %s, naming the place', async (_what, plan, place) => {
    const { status, body } = await send('PUT', '/_faults/yleo', plan);
    expect(status).toBe(400);
    expect(body).toEqual(
      expect.arrayContaining([
        { error: expect.any(String), message: expect.stringContaining(place) },
      ]),
    );
    expect((await send('GET', '/_faults/yleo')).body).toEqual({});
  });

  it('refuses a plan that is not JSON', async () => {
    expect(await send('PUT', '/_faults/yleo', '{')).toMatchObject({
      status: 400,
      body: [{ error: 'invalid_json' }],
    });
  });

  it('refuses a wrong echo of a partner that echoes nothing', async () => {
    const plan = { sequence: ['ok', { body: 'wrong-echo' }] };
    expect((await send('PUT', '/_faults/yleo', plan)).status).toBe(400);
  });

  it('knows no other partner', async () => {
    expect(await send('PUT', '/_faults/kount', { status: 500 })).toMatchObject({
      status: 404,
      body: [{ error: 'not_found' }],
    });
  });

  it('returns the configured plan, and is healthy again once it is deleted', async () => {
    const plan = { status: 503, retryAfter: '2', seed: 7 };
    await setFault('yleo', plan);
    expect((await send('GET', '/_faults/yleo')).body).toEqual(plan);
    expect((await yleo(yleoBody())).status).toBe(503);
    expect((await send('DELETE', '/_faults/yleo')).status).toBe(204);
    expect((await yleo(yleoBody())).status).toBe(200);
  });

  it("answers a status with the partner's own error and the configured Retry-After", async () => {
    await setFault('yleo', { status: 503, retryAfter: '2' });
    const reply = await yleo(yleoBody());
    expect(reply).toMatchObject({ status: 503, body: { condition: 'Transient' } });
    expect(reply.headers.get('retry-after')).toBe('2');
    await setFault('yleo', { status: 403 });
    expect((await yleo(yleoBody())).body).toMatchObject({ condition: 'Permanent' });
    await setFault('sardine', { status: 429 });
    expect(await sardine('/customers', customerBody())).toMatchObject({
      status: 429,
      body: { status: 'error' },
    });
  });

  it('can answer a status that carries no body', async () => {
    await setFault('yleo', { status: 204 });
    expect(await yleo(yleoBody())).toMatchObject({ status: 204, body: '' });
  });

  it('can answer a provisional status and nothing after it', async () => {
    await setFault('yleo', { status: 103 });
    const controller = new AbortController();
    const answer = rawYleo({ signal: controller.signal });
    await expect.poll(() => lastCall('yleo')).toMatchObject({ status: 103 });
    controller.abort();
    await expect(answer).rejects.toThrow('abort');
  });

  it('strikes one partner and leaves the others alone', async () => {
    await setFault('yleo', { status: 500 });
    expect((await sardine('/customers', customerBody())).status).toBe(200);
  });

  it('affects only the calls whose path contains the given text', async () => {
    await setFault('sardine', { status: 500, path: '/issuing/', times: 1 });
    expect((await sardine('/customers', customerBody())).status).toBe(200);
    expect((await sardine('/issuing/risks', riskBody())).status).toBe(500);
    expect((await sardine('/issuing/risks', riskBody())).status).toBe(200);
  });

  it('fails the configured number of times, then succeeds', async () => {
    await setFault('yleo', { status: 500, times: 2 });
    expect(await statuses(3)).toEqual([500, 500, 200]);
  });

  it('follows a sequence call by call, then behaves', async () => {
    await setFault('yleo', { sequence: [{ status: 500 }, 'ok', { status: 503 }] });
    expect(await statuses(5)).toEqual([500, 200, 503, 200, 200]);
  });

  it('strikes the same calls again under the same seed', async () => {
    const plan = { errorRate: 0.5, seed: 42 };
    await setFault('yleo', plan);
    const first = await statuses(30);
    await setFault('yleo', plan);
    expect(await statuses(30)).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 500]));
    await setFault('yleo', { ...plan, seed: 43 });
    expect(await statuses(30)).not.toEqual(first);
  });

  it('answers no sooner than the delay given', async () => {
    await setFault('yleo', { latencyMs: 80 });
    const start = performance.now();
    expect((await yleo(yleoBody())).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
  });

  it('can answer with an empty body', async () => {
    await setFault('yleo', { body: 'empty' });
    expect(await yleo(yleoBody())).toMatchObject({ status: 200, body: '' });
  });

  it('can break the JSON in the middle', async () => {
    await setFault('yleo', { body: 'broken' });
    const { status, body } = await yleo(yleoBody());
    expect(status).toBe(200);
    expect(body).toMatch(/^\{"result":"App[^}]*$/);
  });

  it('can answer with a page of a proxy', async () => {
    await setFault('yleo', { body: 'html', status: 502 });
    const reply = await yleo(yleoBody());
    expect(reply).toMatchObject({ status: 502, body: expect.stringContaining('<html>') });
    expect(reply.headers.get('content-type')).toBe('text/html');
  });

  it('can answer with far more than a client should read', async () => {
    await setFault('yleo', { body: 'oversized' });
    const { body } = await yleo(yleoBody());
    expect(body).toMatchObject({ result: 'Approved' });
    expect(JSON.stringify(body).length).toBeGreaterThan(4_000_000);
  });

  it('can put other fields into a true answer, of any text that JSON can carry', async () => {
    const fields = { kountTransactionId: 'a\u0000b\ud83d', extra: [1] };
    await setFault('yleo', { fields });
    expect(await yleo(yleoBody())).toMatchObject({
      status: 200,
      body: { result: 'Approved', ...fields },
    });
  });

  it("can echo another call's session", async () => {
    await sardine('/customers', customerBody());
    await setFault('sardine', { body: 'wrong-echo' });
    const { status, body } = await sardine('/issuing/risks', riskBody());
    expect(status).toBe(200);
    expect(body).toMatchObject({ level: 'low', sessionKey: 'another-session' });
  });

  it('can send a true answer one byte at a time', async () => {
    await setFault('yleo', { body: 'dripping' });
    const controller = new AbortController();
    const response = await rawYleo({ signal: controller.signal });
    expect(response.status).toBe(200);
    const { value } = (await response.body?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe('{');
    controller.abort();
  });

  it('can reset the connection after reading the request', async () => {
    await setFault('yleo', { connection: 'reset' });
    await expect(rawYleo()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(await lastCall('yleo')).toMatchObject({ status: null, fault: { connection: 'reset' } });
  });

  it('can leave a call without an answer for ever', async () => {
    await setFault('yleo', { connection: 'hang' });
    const controller = new AbortController();
    const answer = rawYleo({ signal: controller.signal });
    await expect
      .poll(() => lastCall('yleo'))
      .toMatchObject({ status: null, fault: { connection: 'hang' } });
    controller.abort();
    await expect(answer).rejects.toThrow('abort');
  });

  it('records a call that a fault answered, with the status answered', async () => {
    await setFault('yleo', { status: 503 });
    await yleo(yleoBody());
    expect(await lastCall('yleo')).toMatchObject({
      status: 503,
      fault: { status: 503 },
      body: yleoBody(),
    });
  });

  it('has no effect when a fault answers in its place', async () => {
    await setFault('oms', { sequence: [{ status: 500 }, { connection: 'reset' }] });
    expect((await oms('process', recordBody())).status).toBe(500);
    await expect(oms('process', recordBody())).rejects.toThrow('fetch failed');
    const cancel = changed(recordBody(), 'decision.recommendationCode', 'reject');
    expect((await oms('cancel', cancel)).status).toBe(200);
  });

  it('can act and lose its answer, so that the repeat finds the work done', async () => {
    await setFault('oms', { connection: 'reset', actsFirst: true, times: 1 });
    await expect(oms('process', recordBody())).rejects.toThrow('fetch failed');
    expect((await oms('process', recordBody())).status).toBe(409);
  });

  it('has acted when a client times out during the delay', async () => {
    await setFault('oms', { latencyMs: 60_000, times: 1 });
    const controller = new AbortController();
    const answer = fetch(simulators.url('/oms/orders/81004517/process'), {
      method: 'POST',
      headers: {
        authorization: bearer,
        'content-type': 'application/json',
        'idempotency-key': 's5a:81004517:1:process',
      },
      body: JSON.stringify(recordBody()),
      signal: controller.signal,
    });
    await expect.poll(() => lastCall('oms')).toMatchObject({ status: null });
    controller.abort();
    await expect(answer).rejects.toThrow('abort');
    expect((await oms('process', recordBody())).status).toBe(409);
  });
});
