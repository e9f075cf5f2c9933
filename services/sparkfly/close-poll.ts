import type { Queryable } from '../../db/pool.js';
import { moveSparkflyPoll } from '../../db/sparkfly-polls.js';
import type { PollProgress } from './plan-poll.js';

/**
 * Notes how far a poll has read, whose pages have all been taken in. An instant that lies ahead of
 * our clock counts as the poll's own: it must not hide what comes after it. Throws
 * `TemporarilyUnavailable`.
 */
export const closePoll = async (
  db: Queryable,
  { beganAtMs, latestMs, walkedAll }: PollProgress & { readonly walkedAll: boolean },
): Promise<void> =>
  moveSparkflyPoll(db, {
    seenUntil: latestMs === null ? null : new Date(Math.min(latestMs, beganAtMs)),
    walkedAt: walkedAll ? new Date(beganAtMs) : null,
  });
