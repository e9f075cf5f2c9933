import { type ConsumerName, countDue } from '../db/due.js';
import { type FoundWork, dispatchEvents, importOldQueueRows } from '../db/order-events.js';
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
