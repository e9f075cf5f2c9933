import { listDueAlertEvents, postponeAlertEvents } from '../../db/alert-mails.js';
import type { Queryable } from '../../db/pool.js';

/** Alerts of which people are to be told now, by id, the longest due first. */
export const listDueAlerts = (
  db: Queryable,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<number[]> => listDueAlertEvents(db, now, limit);

/** Looks at alerts again at `until`, unless all of their mails are settled by then. */
export const postponeAlerts = (
  db: Queryable,
  eventIds: readonly number[],
  until: Date,
): Promise<void> => postponeAlertEvents(db, eventIds, until);
