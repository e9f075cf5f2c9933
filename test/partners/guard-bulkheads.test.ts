import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, startGuard, useStoppedClock } from './guard-fixture.js';

cleanUpAfterEach();
const { advance } = useStoppedClock();

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe('no more calls run at once than a partner is configured for', () => {
  it('64 answers, and the next one does not wait', async () => {
    const { ask, partner, guard } = await startGuard();
    const held = partner.hold();
    const running = times(64, () => ask());
    const waiting = await held.arrived(64);
    expect(guard.report().inFlight).toBe(64);
    expect(await ask()).toBe('overloaded');
    for (const end of waiting) end(200);
    expect(await Promise.all(running)).toEqual(times(64, () => 'answered'));
    expect(guard.report().inFlight).toBe(0);
    partner.set(200);
    expect(await ask()).toBe('answered');
  });

  it('eight background checks, while orders are answered as ever', async () => {
    const { ask, partner } = await startGuard();
    const held = partner.hold();
    const running = times(8, () => ask('background'));
    const waiting = await held.arrived(8);
    expect(await ask('background')).toBe('overloaded');
    partner.set(200);
    expect(await ask()).toBe('answered');
    for (const end of waiting) end(200);
    expect(await Promise.all(running)).toEqual(times(8, () => 'answered'));
  });

  it('eight feedback calls, while checks of either kind run as ever', async () => {
    const { ask, tell, partner } = await startGuard();
    const held = partner.hold();
    const running = times(8, tell);
    const waiting = await held.arrived(8);
    expect(await tell()).toBe('overloaded');
    partner.set(200);
    expect(await ask()).toBe('answered');
    expect(await ask('background')).toBe('answered');
    for (const end of waiting) end(200);
    await Promise.all(running);
  });

  it('and being turned away counts neither as a failure nor as a check', async () => {
    const { ask, askTimes, guard, partner } = await startGuard({ answersAtOnce: 1 });
    const held = partner.hold();
    const running = ask();
    const waiting = await held.arrived(1);
    await askTimes(30);
    waiting[0]?.(200);
    await running;
    expect(guard.report()).toMatchObject({
      breaker: 'closed',
      faultShare: 0,
      latency: { checks: 1 },
    });
  });
});

describe('background checks a second', () => {
  it('are twenty, in one burst and on average', async () => {
    const { ask, askTimes, calls } = await startGuard();
    await askTimes(20, 'background');
    expect(await ask('background')).toBe('overloaded');
    expect(calls()).toBe(20);
    advance(49);
    expect(await ask('background')).toBe('overloaded');
    advance(1);
    expect(await ask('background')).toBe('answered');
    expect(await ask('background')).toBe('overloaded');
    advance(3_600_000);
    await askTimes(40, 'background');
    expect(calls()).toBe(41);
  });

  it('do not include those that the breaker rejected', async () => {
    const { ask, askTimes, open, partner } = await startGuard();
    await open();
    await askTimes(20, 'background');
    partner.set(200);
    advance(2_000);
    for (const expected of times(20, () => 'answered')) {
      expect(await ask('background')).toBe(expected);
    }
  });

  it('leave the orders that wait for an answer alone', async () => {
    const { ask, askTimes } = await startGuard();
    await askTimes(21, 'background');
    expect(await ask()).toBe('answered');
  });

  it('go on after the clock was set back', async () => {
    const { ask, askTimes } = await startGuard();
    await askTimes(20, 'background');
    advance(-3_600_000);
    expect(await ask('background')).toBe('overloaded');
    advance(50);
    expect(await ask('background')).toBe('answered');
  });
});
