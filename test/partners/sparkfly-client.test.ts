import { afterEach, describe, expect, it } from 'vitest';
import type { SparkflySettings } from '../../contracts/partner-settings.js';
import { createSparkfly } from '../../partners/sparkfly/client.js';
import { SparkflyFault } from '../../partners/sparkfly/fault.js';
import { Secret } from '../../runtime/secret.js';
import { answer, drip, type Handler, reset, serve, type TestServer } from './http-server.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const identity = 'identity-of-ours';
const key = 'key-of-ours-4711';
const never = new AbortController().signal;
const entry = { fraud_alert_rule_id: 1 };
const page = {
  fraud_alert_events: [entry],
  page: 1,
  per_page: 2,
  total_entries: 1,
  total_pages: 1,
};

/** Answers each login with a new token, `token-1` first, and everything else by `listing`. */
const sparkflyLike =
  (listing: Handler): Handler =>
  (call, response, attempt) => {
    if (call.path !== '/auth') return listing(call, response, attempt);
    response.writeHead(204, { 'x-auth-token': `token-${attempt}` }).end();
  };

const listsPage: Handler = (_call, response) => answer(response, 200, page);

const start = async (handler: Handler, given: Partial<SparkflySettings> = {}) => {
  const server = await serve(handler);
  let nowMs = Date.parse('2026-11-01T00:00:00Z');
  const client = createSparkfly({
    ...{ baseUrl: server.url, eventsPath: '/v1.0/fraud_alert_events' },
    ...{ identity, key: new Secret(key), now: () => new Date(nowMs) },
    settings: { perPage: 2, requestsPerSecond: 100, callMs: 2000, ...given },
  });
  cleanups.push(server.close, client.close);
  const read = (number = 1, signal = never) => client.readPage(number, signal);
  const faultOf = async (signal = never): Promise<SparkflyFault> => {
    const error = await read(1, signal).then(
      () => new Error('it was read'),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof SparkflyFault)) throw error;
    for (const secret of [identity, key, 'token-', server.url]) {
      expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain(secret);
    }
    return error;
  };
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { server, read, faultOf, pass };
};

const pathsOf = ({ calls }: TestServer) => calls.map(({ path }) => path);
const listed = '/v1.0/fraud_alert_events?page=1&per_page=2';

describe('the token', () => {
  it('is requested once with identity and key, and each call carries only it', async () => {
    const { server, read } = await start(sparkflyLike(listsPage));
    expect(await read()).toEqual({ entries: [entry], isLast: true, isCounted: true });
    await read(2);
    expect(pathsOf(server)).toEqual(['/auth', listed, listed.replace('=1', '=2')]);
    const [login, ...calls] = server.calls.map(({ headers }) => headers);
    expect(login).toMatchObject({ 'x-auth-identity': identity, 'x-auth-key': key });
    for (const headers of calls) {
      expect(headers).toMatchObject({ 'x-auth-token': 'token-1' });
      expect(headers).not.toHaveProperty('x-auth-key');
    }
  });

  it('is renewed after 23 hours, and not before', async () => {
    const { server, read, pass } = await start(sparkflyLike(listsPage));
    await read();
    pass(23 * 3_600_000 - 1);
    await read();
    pass(1);
    await read();
    expect(pathsOf(server)).toEqual(['/auth', listed, listed, '/auth', listed]);
    expect(server.calls.at(-1)?.headers).toMatchObject({ 'x-auth-token': 'token-2' });
  });

  it('that was ended before its time is renewed once, and the page is read', async () => {
    const refusesFirst: Handler = ({ headers }, response) =>
      answer(response, headers['x-auth-token'] === 'token-1' ? 401 : 200, page);
    const { server, read } = await start(sparkflyLike(refusesFirst));
    expect((await read()).entries).toEqual([entry]);
    expect(pathsOf(server)).toEqual(['/auth', listed, '/auth', listed]);
  });

  it('refused twice is unauthorized, after one login more and no third', async () => {
    const { server, faultOf } = await start(
      sparkflyLike((_call, response) => answer(response, 401, '')),
    );
    expect((await faultOf()).kind).toBe('unauthorized');
    expect(pathsOf(server)).toEqual(['/auth', listed, '/auth', listed]);
    await faultOf();
    expect(pathsOf(server).slice(4)).toEqual(['/auth', listed, '/auth', listed]);
  });

  it.each([401, 403])('refused at the login with %i is unauthorized', async (status) => {
    const { server, faultOf } = await start((_call, response) => answer(response, status, ''));
    expect((await faultOf()).kind).toBe('unauthorized');
    expect(pathsOf(server)).toEqual(['/auth']);
  });

  it('is read from any 2xx; an answer without one is unusable', async () => {
    const withToken = await start((call, response) => {
      if (call.path !== '/auth') return answer(response, 200, page);
      answer(response, 200, {}, { 'X-Auth-Token': 'token-1' });
    });
    expect((await withToken.read()).entries).toHaveLength(1);
    const without = await start((_call, response) => answer(response, 204, ''));
    expect((await without.faultOf()).kind).toBe('unusable');
  });
});

describe('a call', () => {
  it.each([429, 503])('answered %i with Retry-After is not followed by another', async (status) => {
    const { server, faultOf, read, pass } = await start(
      sparkflyLike((_call, response, attempt) => {
        if (attempt > 1) return answer(response, 200, page);
        answer(response, status, '', { 'retry-after': '120' });
      }),
    );
    expect(await faultOf()).toMatchObject({ kind: 'unavailable', retryAfterMs: 120_000 });
    pass(119_000);
    expect(await faultOf()).toMatchObject({ kind: 'unavailable', retryAfterMs: 1_000 });
    expect(server.calls).toHaveLength(2);
    pass(1_000);
    expect((await read()).entries).toHaveLength(1);
  });

  it('comes no faster than was set, the login included', async () => {
    const { server, read } = await start(sparkflyLike(listsPage), { requestsPerSecond: 20 });
    const beganMs = performance.now();
    await Promise.all([read(), read(), read(), read()]);
    const spentMs = performance.now() - beganMs;
    expect(spentMs).toBeGreaterThanOrEqual((server.calls.length - 1) * 50);
  });

  it('to a page that redirects is unusable, and the credentials go nowhere else', async () => {
    const other = await serve(listsPage);
    cleanups.push(other.close);
    const moved: Handler = (_call, response) =>
      answer(response, 302, '', { location: `${other.url}/auth` });
    expect((await (await start(moved)).faultOf()).kind).toBe('unusable');
    expect((await (await start(sparkflyLike(moved))).faultOf()).kind).toBe('unusable');
    expect(other.calls).toEqual([]);
  });

  it.each<[string, SparkflyFault['kind'], Handler]>([
    ['500', 'unavailable', (_call, response) => answer(response, 500, '')],
    ['a reset', 'unavailable', (_call, response) => reset(response)],
    ['a body that drips', 'unavailable', (_call, response) => drip(response)],
    ['silence', 'unavailable', () => undefined],
    ['403', 'unauthorized', (_call, response) => answer(response, 403, '')],
    ['404', 'unusable', (_call, response) => answer(response, 404, '')],
    ['6 MB', 'unusable', (_call, response) => answer(response, 200, 'x'.repeat(6_000_000))],
    ['HTML', 'unusable', (_call, response) => answer(response, 200, '<html></html>')],
    ['null', 'unusable', (_call, response) => answer(response, 200, 'null')],
    ['nothing', 'unusable', (_call, response) => answer(response, 200, '')],
    ['no array', 'unusable', (_call, response) => answer(response, 200, { page: 1 })],
  ])('answered by %s is %s', async (_name, kind, handler) => {
    const { faultOf } = await start(sparkflyLike(handler), { callMs: 1_000 });
    expect((await faultOf()).kind).toBe(kind);
  });

  it('without a listener is unavailable', async () => {
    const { server, faultOf } = await start(listsPage);
    await server.close();
    expect((await faultOf()).kind).toBe('unavailable');
  });

  it('that the caller cancels ends at once, with the caller’s reason', async () => {
    const { read } = await start(
      sparkflyLike(() => undefined),
      { callMs: 60_000 },
    );
    const giving = new AbortController();
    const reason = new Error('given up');
    setTimeout(() => giving.abort(reason), 100);
    await expect(read(1, giving.signal)).rejects.toBe(reason);
  });
});

describe('a page', () => {
  const two = [entry, entry];
  const ofAnswer = async (body: unknown, number = 1) => {
    const { read } = await start(sparkflyLike((_call, response) => answer(response, 200, body)));
    const { entries, isLast } = await read(number);
    return [entries.length, isLast];
  };

  it.each<[string, unknown, number, boolean]>([
    ['before the last', { fraud_alert_events: two, total_pages: 2 }, 1, false],
    ['that is the last', { fraud_alert_events: two, total_pages: 2 }, 2, true],
    ['of entries counted', { fraud_alert_events: two, total_entries: 3 }, 1, false],
    ['of entries counted to the end', { fraud_alert_events: two, total_entries: 4 }, 2, true],
    ['without numbers, full', { fraud_alert_events: two }, 1, false],
    ['without numbers, not full', { fraud_alert_events: [entry] }, 1, true],
    ['of a smaller size than asked', { fraud_alert_events: [entry], per_page: 1 }, 1, false],
    ['as a bare array, full', two, 1, false],
    ['as a bare array, not full', [entry], 1, true],
    ['as a bare array of everything', [...two, entry], 1, true],
    [
      'with numbers that are none',
      { fraud_alert_events: two, total_pages: 'x', page: null },
      1,
      false,
    ],
  ])('%s is known as such', async (_name, body, number, isLast) => {
    expect((await ofAnswer(body, number))[1]).toBe(isLast);
  });

  it('that is empty is the last one, whatever its numbers say', async () => {
    expect(await ofAnswer({ fraud_alert_events: [], total_pages: 9, more: {} })).toEqual([0, true]);
  });
});
