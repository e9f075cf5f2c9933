import {
  type AlertEventFilter,
  type AlertEventRow,
  listAlertEvents,
} from '../../db/alert-events.js';
import type { Queryable } from '../../db/pool.js';
import { type Listed, listPage } from './list-page.js';
import type { ListQuery } from './list-rules.js';

/**
 * One page of alerts, newest first: those that had been raised at `asOf`, as they are now.
 * Undefined when `asOf` lies ahead. Throws `TemporarilyUnavailable`.
 */
export const listEvents = async (
  db: Queryable,
  filter: AlertEventFilter,
  query: ListQuery,
): Promise<Listed<AlertEventRow> | undefined> =>
  listPage(db, query, async (page) => listAlertEvents(db, filter, page));
