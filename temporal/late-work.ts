import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from '../db/pool.js';
import { listUnderWay, type OrderUnderWay } from '../db/sweeps.js';

/**
 * So many late orders are worked on at once. Their callers have gone: those that wait come first.
 */
export const lateAtOnce = 2;

/** A late order is waited for no longer: it may be one that cannot be decided. */
const decidedWithinMs = 1000;

const lookEveryMs = 50;

/** An idle machine decides an order in that time; a run that is only begun anew has it as well. */
const idleMs = 100;

/** So many times as long as a late order took beyond that, nothing late is begun in its place. */
const restTimes = 3;

export interface LateWork {
  readonly db: Pool;
  readonly signal: AbortSignal;
}

const untilDecided = async ({ db, signal }: LateWork, transactionId: string): Promise<void> => {
  const endMs = performance.now() + decidedWithinMs;
  while (performance.now() < endMs) {
    await pause(lookEveryMs, undefined, { signal });
    const [order] = await listUnderWay(db, [transactionId]);
    if (order?.status !== 'deciding') return;
  }
};

/**
 * Waits, once a late order was taken up, until the next may be. That follows how long it takes to
 * be decided: the busier the machine is, the longer the pause. One that cannot be decided costs the
 * others a second. Rejects when the signal aborts, and with `TemporarilyUnavailable`.
 */
export const giveWay = async (
  work: LateWork,
  { transactionId, status }: OrderUnderWay,
  sinceMs: number,
): Promise<void> => {
  const { signal } = work;
  if (status === 'deciding') await untilDecided(work, transactionId);
  else await pause(idleMs, undefined, { signal });
  const tookMs = performance.now() - sinceMs;
  if (tookMs >= decidedWithinMs) return;
  await pause(restTimes * Math.max(0, tookMs - idleMs), undefined, { signal });
};
