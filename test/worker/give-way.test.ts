import { describe, expect, it } from 'vitest';
import { createGiveWay } from '../../worker/give-way.js';
import { createChangingSlots } from '../../worker/settle-slots.js';
import { until } from '../support/until.js';

const mostMs = 30_000;

/** Settlements under a clock of the test. */
const settling = () => {
  let nowMs = 0;
  const giveWay = createGiveWay(mostMs, () => nowMs);
  return {
    ...giveWay,
    after: (ms: number) => {
      nowMs += ms;
      return giveWay.slots();
    },
    /** As long as the API refuses orders, it says so every half second. */
    refusing: (ms: number) => {
      const slots: number[] = [];
      for (let sinceMs = 0; sinceMs < ms; sinceMs += 500) {
        giveWay.overloaded();
        slots.push(giveWay.slots());
        nowMs += 500;
      }
      return slots;
    },
  };
};

describe('settlements', () => {
  it('run with all slots while no order is refused', () => {
    expect(settling().after(60_000)).toBe(64);
  });

  it('wait while orders are refused, and a little longer than a lost notice', () => {
    const { refusing, after } = settling();
    expect(new Set(refusing(5000))).toEqual(new Set([0]));
    expect(after(600)).toBe(0);
    expect(after(200)).toBeGreaterThan(0);
  });

  it('catch up with few slots, and then run with all', () => {
    const { refusing, after, started } = settling();
    refusing(5000);
    expect(after(1000)).toBe(4);
    started(5800);
    expect(after(500)).toBe(4);
    started(900);
    expect(after(100)).toBe(64);
  });

  it('count as on time when none starts although it may', () => {
    const { refusing, after } = settling();
    refusing(5000);
    expect([after(1000), after(2900), after(200)]).toEqual([4, 4, 64]);
  });

  it('wait no longer than the limit, however long orders are refused', () => {
    const { refusing, started, slots } = settling();
    const waited = refusing(mostMs + 2000);
    expect(waited.findIndex((free) => free > 0) * 500).toBe(mostMs);
    expect(waited.at(-1)).toBe(64);
    started(mostMs + 2000);
    expect(new Set(refusing(500))).toEqual(new Set([64]));
    // Younger ones wait again, until they are as old.
    started(mostMs - 700);
    expect(refusing(1500)).toEqual([0, 0, 64]);
    expect(slots()).toBe(64);
  });

  it('are not changed by a look at whether they give way', () => {
    const { overloaded, after, isGivingWay } = settling();
    overloaded();
    expect(isGivingWay()).toBe(true);
    // No settlement asked for a slot during the overload, so none has become late by it.
    expect(after(5000)).toBe(64);
    expect(isGivingWay()).toBe(false);
  });

  it('never wait where the limit is 0', () => {
    const giveWay = createGiveWay(0, () => 0);
    giveWay.overloaded();
    expect(giveWay.slots()).toBe(64);
  });
});

const context = { slotType: 'activity' as const, taskQueue: '', workerIdentity: '' };
const asked = { ...context, workerBuildId: '', isSticky: false };

describe('slots whose number changes', () => {
  const take = (slots: ReturnType<typeof createChangingSlots>, given: string[], name: string) => {
    const ending = new AbortController();
    const reserved = slots.reserveSlot(asked, ending.signal).then(
      () => void given.push(name),
      () => void given.push(`${name} gave up`),
    );
    return { reserved, ending };
  };

  it('are given in turn: when one is released, and when there are more of them', async () => {
    let most = 1;
    const given: string[] = [];
    const slots = createChangingSlots(() => most);
    const first = take(slots, given, 'first');
    await first.reserved;
    const [second, third] = [take(slots, given, 'second'), take(slots, given, 'third')];
    slots.releaseSlot({ permit: {} });
    await second.reserved;
    expect(given).toEqual(['first', 'second']);
    most = 2;
    await third.reserved;
    expect(given).toEqual(['first', 'second', 'third']);
  });

  it('are not lost by a poll that is given up, and none waits on after it', async () => {
    let most = 0;
    const given: string[] = [];
    const slots = createChangingSlots(() => most);
    const [first, second] = [take(slots, given, 'first'), take(slots, given, 'second')];
    first.ending.abort();
    await first.reserved;
    most = 1;
    await second.reserved;
    second.ending.abort();
    expect(given).toEqual(['first gave up', 'second']);
    const third = take(slots, given, 'third');
    await until('the third waits', () => Promise.resolve(given.length === 2));
    third.ending.abort();
    await third.reserved;
    expect(given.at(-1)).toBe('third gave up');
  });

  it('are refused at once to a poll that was given up before it asked', async () => {
    let most = 0;
    const slots = createChangingSlots(() => most);
    const given = new Error('given up');
    await expect(slots.reserveSlot(asked, AbortSignal.abort(given))).rejects.toBe(given);
    most = 1;
    await slots.reserveSlot(asked, new AbortController().signal);
  });
});
