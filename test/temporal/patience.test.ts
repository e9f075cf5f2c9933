import { describe, expect, it } from 'vitest';
import { pauseAfterFreed } from '../../temporal/recover-orders.js';
import { type FailingRun, isBeyondPatience, stuckAfterMs } from '../../temporal/order-runs.js';
import { sweepPlans } from '../../temporal/sweep.js';
import { sweepEveryMs } from '../../worker/sweep-loop.js';
import { decisionLateAfterMs } from '../../worker/watch-decisions.js';

const nowMs = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;

const failing = (seconds: number, attempts: number, cause = 'TIMED_OUT'): FailingRun => ({
  ...{ kind: 'failing', runId: 'run', attempts, cause },
  sinceMs: nowMs - seconds * 1000,
});

const cannotReplay = 'NON_DETERMINISTIC_ERROR';

describe('the patience with a run whose tasks fail', () => {
  it.each([
    ['lasts for everybody where a task was lost with its worker', failing(59, 2), false, false],
    ['ends for a person where every try has failed', failing(59, 3), false, true],
    [
      'ends for a person where the history cannot be replayed',
      failing(1, 2, cannotReplay),
      false,
      true,
    ],
    ['ends for everybody after a minute', failing(60, 2), true, true],
  ])('%s', (_name, run, bySweep, asked) => {
    expect(isBeyondPatience(run, nowMs, 'sweep')).toBe(bySweep);
    expect(isBeyondPatience(run, nowMs, 'asked')).toBe(asked);
  });

  it('doubles each time that an order was freed in vain, up to an hour', () => {
    const pauses = [1, 2, 3, 5, 6, 7, 1000].map((freed) => pauseAfterFreed(freed) / minute);
    expect(pauses).toEqual([2, 4, 8, 32, 60, 60, 60]);
  });
});

/** The times of `docs/stuck-orders.md`. */
describe('an order that does not get on by itself is found', () => {
  const { undecided, settling, reviews } = sweepPlans;

  it('within 40 s where Temporal was away, and twice before it is alarmed as late', () => {
    expect(undecided.afterMs + sweepEveryMs).toBeLessThanOrEqual(40_000);
    expect(undecided.roundMs).toBeLessThanOrEqual(sweepEveryMs);
    expect(undecided.afterMs + 2 * sweepEveryMs).toBeLessThanOrEqual(decisionLateAfterMs);
  });

  it('within 20 s where its run was broken off', () => {
    expect(2 * sweepEveryMs).toBeLessThanOrEqual(20_000);
  });

  it('within a minute where Temporal has lost it, 100 reviews a turn', () => {
    for (const { afterMs, roundMs } of [settling, reviews]) {
      expect(Math.max(afterMs, roundMs)).toBeLessThanOrEqual(minute);
    }
    expect(reviews.limit).toBeGreaterThanOrEqual(100);
  });

  it('within two minutes where its tasks fail', () => {
    expect(stuckAfterMs + reviews.roundMs).toBeLessThanOrEqual(2 * minute);
    expect(stuckAfterMs + settling.roundMs).toBeLessThanOrEqual(2 * minute);
  });
});
