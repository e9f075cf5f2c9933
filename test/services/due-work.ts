import { type ConsumerName, insertDue } from '../../db/due.js';
import { dispatchEvents } from '../../db/order-events.js';
import type { Pool } from '../../db/pool.js';

/** Turns every new order event into work. */
export const dispatch = async (pool: Pool): Promise<void> => {
  const limit = 500;
  while ((await dispatchEvents(pool, { now: new Date(), limit })).dispatched === limit);
};

/** The work of a consumer once all events are dispatched, the first due first. */
export const dueIn = async (pool: Pool, consumer: ConsumerName) => {
  await dispatch(pool);
  const { rows } = await pool.query<{
    key: string;
    due_at: Date;
    since: Date;
    attempts: number;
    details: unknown;
  }>(
    `select key, due_at, since, attempts, details from due_work where consumer = $1
      order by due_at, key`,
    [consumer],
  );
  return rows;
};

/** When one item of a consumer is due; null when there is no such item. */
export const dueAtOf = async (pool: Pool, consumer: ConsumerName, key: string | number) =>
  (await dueIn(pool, consumer)).find((one) => one.key === String(key))?.due_at ?? null;

/** Makes one item due. */
export const makeDue = (pool: Pool, consumer: ConsumerName, key: string, dueAt: Date) =>
  insertDue(pool, consumer, [{ key, dueAt }]);
