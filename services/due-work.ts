import {
  type ConsumerName,
  countDue,
  type DueRow,
  finishDue,
  postponeUnreadable,
  takeDue,
} from '../db/due.js';
import { type FoundWork, dispatchEvents, importOldQueueRows } from '../db/order-events.js';
import type { Queryable } from '../db/pool.js';
import type { Context } from './context.js';

export type { ConsumerName, FoundWork };

/** One statement takes some ten milliseconds. */
export const eventsAtOnce = 500;

/**
 * Dispatches order events to the consumers' outbox and returns when the next item of each is due.
 * When `dispatched` equals `eventsAtOnce`, more events wait.
 */
export const findWork = ({ db, now }: Context<'now'>): Promise<FoundWork> =>
  dispatchEvents(db, { now, limit: eventsAtOnce });

/** The result of a batch of items. */
export interface WorkedBatch {
  readonly done: number;
  /** Items that could not be decrypted; retried in an hour. */
  readonly unreadable: number;
  /** True when the batch was full, so that more items may be due. */
  readonly hasMore: boolean;
}

/**
 * Works on due items of a consumer, the longest-waiting first, at most `limit`. Runs in the
 * caller's database transaction, so that a crash changes nothing. `work` returns its result, and
 * the keys of items that it could not decrypt; all others are done. It is not called when nothing
 * is due, and the result is then undefined.
 */
export const workOnDue = async <T>(
  { db, now }: { readonly db: Queryable; readonly now: Date },
  { consumer, limit }: { readonly consumer: ConsumerName; readonly limit: number },
  work: (
    rows: readonly DueRow[],
  ) => Promise<{ readonly unreadable: readonly string[]; readonly result: T }>,
): Promise<WorkedBatch & { readonly result: T | undefined }> => {
  const taken = await takeDue(db, consumer, { now, limit });
  const { rows } = taken;
  if (rows.length === 0) return { done: 0, unreadable: 0, hasMore: false, result: undefined };
  const { unreadable, result } = await work(rows);
  const keys = new Set(unreadable);
  const done = rows.flatMap(({ key }) => (keys.has(key) ? [] : [key]));
  await finishDue(db, taken, done);
  await postponeUnreadable(db, taken, unreadable, now);
  const hasMore = rows.length === limit;
  return { done: done.length, unreadable: unreadable.length, hasMore, result };
};

/** Imports the queues of workers of an earlier version. */
export const importOldQueues = ({ db }: Context): Promise<void> => importOldQueueRows(db);

/** The backlog of one consumer. */
export interface Backlog {
  readonly pending: number;
  /** How long the oldest item has been due; 0 when none is. */
  readonly oldestSeconds: number;
}

/** The backlog of each consumer that has one. */
export const workBacklog = async ({
  db,
  now,
}: Context<'now'>): Promise<ReadonlyMap<string, Backlog>> =>
  new Map(
    [...(await countDue(db))].map(([consumer, { pending, oldest }]) => {
      const ageMs = Math.max(0, now.getTime() - oldest.getTime());
      return [consumer, { pending, oldestSeconds: ageMs / 1000 }];
    }),
  );
