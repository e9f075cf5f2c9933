import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { PartnerFaultCode } from '../../domain/votes.js';
import { PartnerFault } from '../../partners/fault.js';
import { atOnce } from './at-once.js';
import { cleanUpAfterEach, startGuard, useStoppedClock } from './guard-fixture.js';
import { unstalled } from './unstalled.js';

cleanUpAfterEach();
const { advance } = useStoppedClock();

describe('a partner is left alone', () => {
  it('after five failures in a row, with one alarm that names it', async () => {
    const { ask, partner, calls, alarms, state } = await startGuard();
    partner.set(500);
    for (const expected of ['closed', 'closed', 'closed', 'closed', 'open']) {
      expect(await ask()).toBe('server_error');
      expect(state()).toBe(expected);
    }
    expect(await ask()).toBe('breaker_open');
    expect(calls()).toBe(5);
    expect(alarms).toEqual([['partner_breaker_open', 'yleo']]);
  });

  it('not when a good answer is between the failures', async () => {
    const { askTimes, partner, state } = await startGuard();
    for (const [status, times] of [
      [200, 10],
      [500, 4],
      [200, 1],
      [500, 4],
    ] as const) {
      partner.set(status);
      await askTimes(times);
    }
    expect(state()).toBe('closed');
  });

  it('when more than half of at least ten checks failed', async () => {
    const { ask, partner, state } = await startGuard();
    const say = async (status: number) => {
      partner.set(status);
      await ask();
    };
    for (const status of [500, 500, 200, 500, 500, 200, 500, 500, 200]) await say(status);
    expect(state()).toBe('closed');
    await say(500);
    expect(state()).toBe('open');
  });

  it('not when just half of the latest twenty failed, but with one more', async () => {
    const { ask, partner, state } = await startGuard();
    const say = async (status: number) => {
      partner.set(status);
      await ask();
    };
    // The first hundred are forgotten.
    for (let index = 0; index < 100; index += 1) await say(200);
    for (let index = 0; index < 10; index += 1) {
      await say(500);
      await say(200);
    }
    expect(state()).toBe('closed');
    // The oldest of the twenty is a failure, the next one is none.
    await say(500);
    expect(state()).toBe('closed');
    await say(500);
    expect(state()).toBe('open');
  });

  it.each<[PartnerFaultCode, 'open' | 'closed']>([
    ['timeout', 'open'],
    ['network', 'open'],
    ['rate_limited', 'open'],
    ['server_error', 'open'],
    ['invalid_response', 'open'],
    ['partner_transient', 'open'],
    ['refused', 'closed'],
    ['unauthorized', 'closed'],
    ['wrong_echo', 'closed'],
    ['partner_permanent', 'closed'],
    ['breaker_open', 'closed'],
    ['overloaded', 'closed'],
  ])('after five times %s: %s', (code, expected) =>
    unstalled(async () => {
      const { guard, wordOf, state } = await startGuard();
      const fail = () => Promise.reject(new PartnerFault(code));
      const words = new Set<unknown>();
      for (let run = 0; run < 30; run += 1) words.add(await wordOf(guard.run('answer', fail)));
      expect(words).toEqual(new Set(expected === 'open' ? [code, 'breaker_open'] : [code]));
      expect(state()).toBe(expected);
    }),
  );

  it.each([new TypeError('a mistake of ours'), new DOMException('cancelled', 'AbortError')])(
    'after five checks that end without the partner’s word: %s',
    (thrown) =>
      unstalled(async () => {
        const { guard, state } = await startGuard();
        const fail = () => Promise.reject(thrown);
        for (let index = 0; index < 5; index += 1) {
          await expect(guard.run('answer', fail)).rejects.toBe(thrown);
        }
        expect(state()).toBe('open');
      }),
  );

  it('not after four failures, a refusal and four failures: who refuses is alive', async () => {
    const { askTimes, partner, state } = await startGuard();
    for (const [status, times] of [
      [200, 10],
      [500, 4],
      [400, 1],
      [500, 4],
    ] as const) {
      partner.set(status);
      await askTimes(times);
    }
    expect(state()).toBe('closed');
  });
});

describe('while the breaker is open', () => {
  it('an order gets its answer at once', async () => {
    const { open, ask } = await startGuard();
    await open();
    for (let index = 0; index < 1_000; index += 1) {
      expect(await atOnce(ask)).toEqual({ outcome: 'breaker_open', isAtOnce: true });
    }
  });

  it('no order probes it, however long ago that was; a background check does', async () => {
    const { open, ask, partner, calls, state } = await startGuard();
    await open();
    partner.set(200);
    advance(3_600_000);
    expect(await ask('answer')).toBe('breaker_open');
    expect(calls()).toBe(5);
    expect(await ask('background')).toBe('answered');
    expect(state()).toBe('closed');
    expect(await ask('answer')).toBe('answered');
  });

  it('a background check does not probe before the pause is over', async () => {
    const { open, ask, calls } = await startGuard();
    await open();
    advance(1_999);
    expect(await ask('background')).toBe('breaker_open');
    expect(calls()).toBe(5);
    advance(1);
    expect(await ask('background')).toBe('server_error');
    expect(calls()).toBe(6);
  });

  it('the pause doubles with each failed probe up to 30 s, without another alarm', async () => {
    const { open, ask, alarms, state } = await startGuard();
    await open();
    for (const pauseMs of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      advance(pauseMs - 1);
      expect(await ask('background')).toBe('breaker_open');
      advance(1);
      expect(await ask('background')).toBe('server_error');
      expect(state()).toBe('open');
    }
    expect(alarms).toHaveLength(1);
  });

  it('one probe runs at a time, and nobody waits for its end', async () => {
    const { open, ask, partner, calls, state } = await startGuard();
    await open();
    const held = partner.hold();
    advance(2_000);
    const probe = ask('background');
    const waiting = await held.arrived(1);
    expect(state()).toBe('half_open');
    expect(await ask('background')).toBe('breaker_open');
    expect(await ask('answer')).toBe('breaker_open');
    waiting[0]?.(200);
    expect(await probe).toBe('answered');
    expect(calls()).toBe(6);
    expect(state()).toBe('closed');
  });

  it('a probe that was cancelled does not close it', async () => {
    const { open, ask, partner, state } = await startGuard();
    await open();
    const held = partner.hold();
    advance(2_000);
    const caller = new AbortController();
    const probe = ask('background', caller.signal);
    await held.arrived(1);
    caller.abort();
    expect(await probe).not.toBe('answered');
    expect(state()).toBe('open');
  });

  it('a probe that is refused closes it, and failures are counted afresh', async () => {
    const { open, ask, askTimes, partner, state } = await startGuard();
    await open();
    partner.set(400);
    advance(2_000);
    expect(await ask('background')).toBe('refused');
    partner.set(500);
    await askTimes(4);
    expect(state()).toBe('closed');
    await ask();
    expect(state()).toBe('open');
  });

  it('a slow answer to a background check is used, and does not close it', async () => {
    const { open, ask, partner, state } = await startGuard({ breaker: { slowMs: 20 } });
    await open();
    const held = partner.hold();
    advance(2_000);
    const probe = ask('background');
    const waiting = await held.arrived(1);
    await sleep(25);
    waiting[0]?.(200);
    expect(await probe).toBe('answered');
    expect(state()).toBe('open');
  });

  it('closes at once when an operator moves the lever, and counts afresh', async () => {
    const { open, ask, askTimes, guard, partner, state } = await startGuard();
    await open();
    guard.heedLever(1);
    expect(state()).toBe('closed');
    await askTimes(4);
    expect(state()).toBe('closed');
    partner.set(200);
    expect(await ask()).toBe('answered');
  });

  it('a test has a place though slow background checks hold all of theirs', async () => {
    const { open, ask, partner, state } = await startGuard();
    const held = partner.hold();
    const slow = [1, 2, 3, 4].map(() => ask('background'));
    const waiting = await held.arrived(4);
    await open();
    partner.set(200);
    advance(2_000);
    expect(await ask('background')).toBe('answered');
    expect(state()).toBe('closed');
    for (const end of waiting) end(200);
    await Promise.all(slow);
  });

  it('a test has a time limit no longer than that of a useful answer', async () => {
    const { open, guard } = await startGuard({ breaker: { slowMs: 700 } });
    await open();
    advance(2_000);
    const told: unknown[] = [];
    await guard.run('background', async (testMs) => void told.push(testMs));
    await guard.run('background', async (testMs) => void told.push(testMs));
    expect(told).toEqual([700, undefined]);
  });

  it('a check that began before it does not count, whatever its result', async () => {
    const { open, ask, partner, state, alarms } = await startGuard();
    const heldEarly = partner.hold();
    const stragglers = [ask(), ask()];
    const early = await heldEarly.arrived(2);
    await open();
    advance(2_000);
    const heldLate = partner.hold();
    const probe = ask('background');
    const late = await heldLate.arrived(1);
    early[0]?.(200);
    early[1]?.(500);
    expect(new Set(await Promise.all(stragglers))).toEqual(new Set(['answered', 'server_error']));
    expect(state()).toBe('half_open');
    late[0]?.(200);
    expect(await probe).toBe('answered');
    expect(state()).toBe('closed');
    expect(alarms).toHaveLength(1);
  });
});
