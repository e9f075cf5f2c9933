import type { Queryable } from '../../db/pool.js';
import type { Activity } from '../../domain/alerts/alert.js';
import { type TakenIn, takeIn } from './take-in.js';

/**
 * Counts what Verdict itself saw, such as a declined order, under our own rules, as part of the
 * caller's database transaction and best as the last thing in it: locks are held until its end. The
 * metric is that of `metricOf`, the owner a subject's hash, the id one that a repeat has again.
 * Throws `TemporarilyUnavailable`.
 */
export const noteActivity = async (
  db: Queryable,
  activities: readonly Activity[],
): Promise<TakenIn> => takeIn(db, 'own', activities);
