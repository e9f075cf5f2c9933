import type { AlertOrder } from '../../contracts/v1/alerts.js';
import { listAlertActivities } from '../../db/alert-orders.js';
import type { Queryable } from '../../db/pool.js';
import { transactionOf } from './feed-activities.js';

/** As long as the longest page of a list. */
const ordersMax = 200;

/**
 * The orders that an alert of our own rules counted, the latest first, at most 200; those whose
 * activities have been deleted are left out. Undefined when there is no such alert. Throws
 * `TemporarilyUnavailable`.
 */
export const listOrders = async (
  db: Queryable,
  eventId: number,
): Promise<AlertOrder[] | undefined> => {
  const rows = await listAlertActivities(db, eventId, ordersMax);
  return rows?.map((row) => ({
    transactionId: transactionOf(row.client_id),
    store: row.store,
    occurredAt: row.occurred_at.toISOString(),
  }));
};
