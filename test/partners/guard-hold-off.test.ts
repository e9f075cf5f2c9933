import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, startGuard, useStoppedClock } from './guard-fixture.js';

cleanUpAfterEach();
const { advance } = useStoppedClock();

describe('a partner that asks for rest', () => {
  it.each([429, 503])('with %i is sent nothing until then', async (status) => {
    const { ask, tell, guard, partner, calls } = await startGuard();
    partner.set(status, { 'retry-after': '30' });
    await ask();
    partner.set(200);
    advance(29_999);
    for (const mode of ['answer', 'background'] as const) {
      expect(await ask(mode)).toBe('rate_limited');
    }
    expect(await tell()).toBe('rate_limited');
    await expect(guard.probe(() => Promise.resolve())).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 1,
    });
    expect(calls()).toBe(1);
    advance(1);
    expect(await ask('background')).toBe('answered');
    expect(await ask()).toBe('answered');
  });

  it('twice gets the longer rest', async () => {
    const { ask, guard, partner } = await startGuard();
    const held = partner.hold();
    const asked = [ask(), ask()];
    const [first, second] = await held.arrived(2);
    first?.(429, { 'retry-after': '30' });
    await Promise.race(asked);
    second?.(429, { 'retry-after': '10' });
    await Promise.all(asked);
    expect(guard.holdOffMs()).toBe(30_000);
  });

  it.each(['61', '3600', '99999999999999', 'Sat, 20 Nov 2027 12:00:00 GMT'])(
    'by Retry-After: %s is left alone for a minute',
    async (header) => {
      const { ask, guard, partner } = await startGuard();
      partner.set(429, { 'retry-after': header });
      await ask();
      partner.set(200);
      expect(guard.holdOffMs()).toBe(60_000);
      advance(60_000);
      expect(await ask()).toBe('answered');
    },
  );

  it('is left alone no longer because our clock was set back', async () => {
    const { ask, guard, partner } = await startGuard();
    partner.set(429, { 'retry-after': '60' });
    await ask();
    advance(-3_600_000);
    expect(guard.holdOffMs()).toBe(60_000);
    advance(60_000);
    expect(guard.holdOffMs()).toBe(0);
  });

  it('is called again, for feedback too, once an operator has moved its lever', async () => {
    const { ask, tell, guard, partner } = await startGuard();
    partner.set(429, { 'retry-after': '60' });
    await tell();
    await ask();
    partner.set(200);
    guard.heedLever(undefined);
    expect(await ask()).toBe('rate_limited');
    guard.heedLever(1);
    expect([await ask(), await tell()]).toEqual(['answered', undefined]);
    partner.set(429, { 'retry-after': '60' });
    await ask();
    guard.heedLever(1);
    expect(await ask()).toBe('rate_limited');
  });

  it('has not failed once more for each order that was spared it', async () => {
    const { ask, askTimes, guard, partner } = await startGuard();
    partner.set(429, { 'retry-after': '30' });
    await ask();
    await askTimes(30);
    expect(guard.report()).toMatchObject({
      breaker: 'closed',
      latency: { checks: 1 },
      holdOffUntil: '2026-11-20T12:00:30.000Z',
    });
    advance(30_000);
    expect(guard.report().holdOffUntil).toBeNull();
  });

  it.each([
    [429, {}],
    [429, { 'retry-after': '0' }],
    [429, { 'retry-after': '-5' }],
    [503, { 'retry-after': 'soon' }],
    [413, { 'retry-after': '30' }],
  ])('with %i and %j is asked about the next order', async (status, headers) => {
    const { ask, partner } = await startGuard();
    partner.set(status, headers);
    await ask();
    partner.set(200);
    expect(await ask()).toBe('answered');
  });

  it('may be probed when both the pause and its rest are over, not before', async () => {
    const { ask, askTimes, partner, calls } = await startGuard();
    partner.set(500);
    await askTimes(4);
    partner.set(503, { 'retry-after': '10' });
    await ask();
    partner.set(200);
    advance(9_999);
    expect(await ask('background')).toBe('rate_limited');
    expect(calls()).toBe(5);
    advance(1);
    expect(await ask('background')).toBe('answered');
  });
});

describe('feedback', () => {
  it('costs no votes: neither by failures nor by its Retry-After', async () => {
    const { ask, tell, partner, state, calls } = await startGuard();
    partner.set(500);
    for (let index = 0; index < 30; index += 1) expect(await tell()).toBe('server_error');
    partner.set(429, { 'retry-after': '30' });
    expect(await tell()).toBe('rate_limited');
    expect(state()).toBe('closed');
    partner.set(200);
    expect(await ask()).toBe('answered');
    expect(await tell()).toBe('rate_limited');
    expect(calls()).toBe(32);
  });

  it('is not sent while the breaker is open, nor does its success close it', async () => {
    const { open, tell, partner, state, calls } = await startGuard();
    await open();
    partner.set(200);
    advance(3_600_000);
    expect(await tell()).toBe('breaker_open');
    expect(state()).toBe('open');
    expect(calls()).toBe(5);
  });
});
