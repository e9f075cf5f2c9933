import { type ConsumerName, countDue } from '../db/due.js';
import { type FoundWork, lookForWork, takeOverOldQueues } from '../db/order-events.js';
import type { Context } from './context.js';

export type { ConsumerName, FoundWork };

/** Some ten milliseconds for one statement. */
export const eventsAtOnce = 500;

/**
 * Turns events of orders into what consumers have to do, and says when the first of each is due;
 * more events wait where `dispatched` is `eventsAtOnce`.
 */
export const findWork = ({ db, now }: Context<'now'>): Promise<FoundWork> =>
  lookForWork(db, { now, limit: eventsAtOnce });

/** Takes over what workers of an earlier version leave. */
export const takeOverWork = ({ db }: Context): Promise<void> => takeOverOldQueues(db);

/** What one consumer has to do. */
export interface Backlog {
  readonly pending: number;
  /** How long the oldest of it has been due; 0 when none is. */
  readonly oldestSeconds: number;
}

/** What each consumer has to do that has anything. */
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
