import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Settings } from '../../contracts/settings.js';
import { createYleo } from '../../partners/yleo/client.js';
import { startSimulators } from '../../simulators/server.js';
import { contextWith, settingsWith, transactionWith } from './fixture.js';
import { useStoppedClock } from './guard-fixture.js';
import { answer, type Handler, serve } from './http-server.js';
import { unstalled } from './unstalled.js';

const path = '/deep-health-check';
const { advance } = useStoppedClock();

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const start = async (
  handlers: { onHealth?: Handler; onCheck?: Handler },
  deepHealthPath = path,
) => {
  const page = { ...handlers };
  const server = await serve((call, response, attempt) => {
    const handler = call.method === 'GET' ? page.onHealth : page.onCheck;
    handler?.(call, response, attempt);
  });
  const yleo = createYleo({
    baseUrl: server.url,
    settings: settingsWith({ yleo: deepHealthPath === '' ? {} : { deepHealthPath } }),
    alarm: () => undefined,
  });
  cleanups.push(server.close, yleo.close);
  const caller = new AbortController();
  const probe = () => yleo.probe(caller.signal);
  const check = () => yleo.check(transactionWith(), contextWith());
  const open = async () => {
    for (let index = 0; index < 5; index += 1) await check();
    expect(yleo.report().breaker).toBe('open');
  };
  return { yleo, page, probe, check, open, caller, calls: server.calls };
};

const saying =
  (status: number): Handler =>
  (_call, response) =>
    answer(response, status, {});
const approving: Handler = (_call, response) => answer(response, 200, { result: 'Approved' });

describe("Yleo's deep health page", () => {
  it.each([
    [200, true],
    [204, true],
    [302, false],
    [404, false],
    [401, false],
    [503, false],
  ])('with %i is healthy: %s', async (status, isHealthy) => {
    const { yleo, probe, calls } = await start({ onHealth: saying(status) });
    await probe();
    expect(yleo.report().health).toEqual({ isHealthy, checkedAt: '2026-11-20T12:00:00.000Z' });
    expect(calls.map((call) => [call.method, call.path])).toEqual([['GET', path]]);
  });

  it('that hangs is not healthy after two seconds', () =>
    unstalled(async () => {
      const { yleo, probe } = await start({ onHealth: () => undefined });
      const startedAtMs = performance.now();
      // A timer of the same moment: whatever delays one delays the other.
      const later = pause(4_000, 'later', { ref: false });
      expect(await Promise.race([probe(), later])).toBeUndefined();
      expect(performance.now() - startedAtMs).toBeGreaterThan(1_900);
      expect(yleo.report().health).toMatchObject({ isHealthy: false });
    }));

  it('is not requested when no path is set', async () => {
    const { yleo, probe, calls } = await start({ onHealth: saying(200) }, '');
    await probe();
    expect(calls).toEqual([]);
    expect(yleo.report().health).toBeNull();
  });

  it('is never requested while an order waits', async () => {
    const { check, open, calls } = await start({ onHealth: saying(200), onCheck: saying(500) });
    await open();
    advance(3_600_000);
    expect(await check()).toMatchObject({ fault: 'breaker_open' });
    expect(calls.filter((call) => call.method === 'GET')).toEqual([]);
  });

  it('records nothing when the probe was cancelled', async () => {
    const { yleo, page, probe, caller } = await start({});
    page.onHealth = () => caller.abort();
    await probe();
    expect(yleo.report().health).toBeNull();
  });
});

describe("Yleo's breaker", () => {
  it('is closed by a healthy probe, once its pause is over', async () => {
    const { yleo, page, probe, check, open, calls } = await start({
      onHealth: saying(200),
      onCheck: saying(500),
    });
    await open();
    page.onCheck = approving;
    advance(1_999);
    await probe();
    expect(yleo.report()).toMatchObject({ breaker: 'open', health: { isHealthy: true } });
    expect(calls.filter((call) => call.method === 'GET')).toHaveLength(1);
    advance(1);
    await probe();
    expect(yleo.report().breaker).toBe('closed');
    expect(await check()).toMatchObject({ kind: 'answered' });
  });

  it.each([503, 404])('stays open after a probe with %i, for twice as long', async (status) => {
    const { yleo, page, probe, open } = await start({
      onHealth: saying(status),
      onCheck: saying(500),
    });
    await open();
    advance(2_000);
    await probe();
    expect(yleo.report().breaker).toBe('open');
    page.onHealth = saying(200);
    advance(3_999);
    await probe();
    expect(yleo.report().breaker).toBe('open');
    advance(1);
    await probe();
    expect(yleo.report().breaker).toBe('closed');
  });

  it('is not closed by a probe that was cancelled', async () => {
    const { yleo, page, probe, open, caller } = await start({ onCheck: saying(500) });
    await open();
    advance(2_000);
    page.onHealth = () => caller.abort();
    await probe();
    expect(yleo.report().breaker).toBe('open');
  });

  it('is not opened by an unhealthy page while Yleo answers', async () => {
    const { yleo, probe, check } = await start({ onHealth: saying(503), onCheck: approving });
    for (let index = 0; index < 30; index += 1) await probe();
    expect(await check()).toMatchObject({ kind: 'answered' });
    expect(yleo.report()).toMatchObject({ breaker: 'closed', health: { isHealthy: false } });
  });
});

it('the simulated page is healthy, and fails on demand', async () => {
  const simulators = await startSimulators({
    port: 0,
    credentials: { SARDINE_CLIENT_ID: 'id', SARDINE_CLIENT_SECRET: 'secret' },
    oms: { token: 'token' },
  });
  const yleo = createYleo({
    baseUrl: `${simulators.url}/yleo`,
    settings: settingsWith({ yleo: { deepHealthPath: path } }),
    alarm: () => undefined,
  });
  cleanups.push(yleo.close, () => simulators.close());
  await yleo.probe(new AbortController().signal);
  expect(yleo.report().health).toMatchObject({ isHealthy: true });
  const body = JSON.stringify({ status: 503 });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${simulators.url}/_faults/yleo`, { method: 'PUT', headers, body });
  await yleo.probe(new AbortController().signal);
  expect(yleo.report().health).toMatchObject({ isHealthy: false });
});

it.each(['deep', '', '/', '/a b', '/a#b', 'http://x/y', '//x'])(
  '%j is no path of a health page',
  (deepHealthPath) => {
    const settings = { ...settingsWith(), yleo: { deepHealthPath } };
    expect(Settings.safeParse(settings).success).toBe(false);
  },
);
