import { describe, expect, it } from 'vitest';
import { createNudge } from '../../temporal/aifi.js';
import { until } from '../support/until.js';

describe('asking for the drain', () => {
  it('calls once at once, and once more for all that ask in the meantime', async () => {
    let calls = 0;
    const wake = () => {
      calls += 1;
      return Promise.resolve();
    };
    const nudge = createNudge(wake, () => undefined, 20);
    for (let index = 0; index < 100; index += 1) nudge();
    expect(calls).toBe(1);
    await until('the rest is asked for', () => Promise.resolve(calls === 2));
    // A new call after the pause.
    await until('a later one is asked for at once', () => {
      nudge();
      return Promise.resolve(calls > 2);
    });
  });

  it('throws nothing when Temporal is away, and asks again when something new comes', async () => {
    const faults: unknown[] = [];
    let calls = 0;
    const wake = () => {
      calls += 1;
      return Promise.reject(new Error('away'));
    };
    const nudge = createNudge(wake, (error) => faults.push(error), 1);
    nudge();
    await until('the fault is reported', () => Promise.resolve(faults.length === 1));
    nudge();
    expect(faults).toEqual([new Error('away')]);
    await until('it is asked again', () => Promise.resolve(calls === 2));
  });
});
