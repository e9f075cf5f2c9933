import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from '../db/pool.js';
import { listOpenOrders, type OpenOrder } from '../db/sweeps.js';

/**
 * How many late orders a worker recovers at once. Their callers have gone, so orders with a waiting
 * caller have priority.
 */
export const lateAtOnce = 2;

/** The longest wait for the decision of a late order: it may be one that cannot be decided. */
const decidedWithinMs = 1000;

const pollEveryMs = 50;

/**
 * How long a decision takes on an idle machine. A run that was only restarted also gets this time.
 */
const idleMs = 100;

/**
 * After a late order, the pause is this many times as long as the decision took beyond `idleMs`.
 */
const restTimes = 3;

export interface LateWork {
  readonly db: Pool;
  readonly signal: AbortSignal;
}

const untilDecided = async ({ db, signal }: LateWork, transactionId: string): Promise<void> => {
  const endMs = performance.now() + decidedWithinMs;
  while (performance.now() < endMs) {
    await pause(pollEveryMs, undefined, { signal });
    const [order] = await listOpenOrders(db, [transactionId]);
    if (order?.status !== 'deciding') return;
  }
};

/**
 * Waits after recovering a late order. The pause grows with the time of the decision: the busier
 * the machine, the longer. An order that cannot be decided costs the others a second. Rejects when
 * the signal aborts, and with `TemporarilyUnavailable`.
 */
export const pauseAfterLateOrder = async (
  work: LateWork,
  { transactionId, status }: OpenOrder,
  sinceMs: number,
): Promise<void> => {
  const { signal } = work;
  if (status === 'deciding') await untilDecided(work, transactionId);
  else await pause(idleMs, undefined, { signal });
  const tookMs = performance.now() - sinceMs;
  if (tookMs >= decidedWithinMs) return;
  await pause(restTimes * Math.max(0, tookMs - idleMs), undefined, { signal });
};
