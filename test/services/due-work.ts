import { type ConsumerName, insertDue } from '../../db/due.js';
import { dispatchEvents } from '../../db/order-events.js';
import type { Pool } from '../../db/pool.js';

/** Turns all that has happened to orders into work. */
export const dispatch = async (pool: Pool): Promise<void> => {
  const limit = 500;
  while ((await dispatchEvents(pool, { now: new Date(), limit })).dispatched === limit);
};

/** What a consumer has to do once all events are dispatched, the first due first. */
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

/** When a consumer is to do one thing; null when it has not to. */
export const dueAtOf = async (pool: Pool, consumer: ConsumerName, key: string | number) =>
  (await dueIn(pool, consumer)).find((one) => one.key === String(key))?.due_at ?? null;

/** Makes one thing due. */
export const makeDue = (pool: Pool, consumer: ConsumerName, key: string, dueAt: Date) =>
  insertDue(pool, consumer, [{ key, dueAt }]);
