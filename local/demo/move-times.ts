import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { createPool, reached } from '../../db/pool.js';

const timeoutMs = 10_000;

/** An order that shall look as if it had come some time ago. */
export interface MovedOrder {
  readonly transactionId: string;
  readonly minutesAgo: number;
  /** Until its case is due, negative when it is late; undefined for an order without a case. */
  readonly dueInMinutes: number | undefined;
}

const earlier = (column: string): string =>
  `${column} = x.${column} - moved.minutes_ago * interval '1 minute'`;

const update = (table: string, column: string): string =>
  `update ${table} x set ${earlier(column)} from moved
    where x.transaction_id = moved.transaction_id`;

/** The receipt, the decision and the opening of an order lie as far apart as before. */
const moveText = `with moved as (
    select * from unnest($1::text[], $2::integer[], $3::integer[])
      as given (transaction_id, minutes_ago, due_in_minutes)
  ),
  received as (${update('transactions', 'received_at')}),
  counted as (${update('order_history', 'received_at')}),
  digits as (${update('order_card_digits', 'received_at')}),
  addresses as (${update('order_addresses', 'received_at')}),
  decided as (${update('decisions', 'decided_at')}),
  dispatched as (${update('order_events', 'at')} and x.kind = 'decided')
  update cases x set ${earlier('opened_at')},
    due_at = coalesce(now() + moved.due_in_minutes * interval '1 minute', x.due_at)
  from moved where x.transaction_id = moved.transaction_id`;

/**
 * Moves orders into the past, and the deadlines that the queue shows; nothing else can make a case
 * late within a minute. The workflows keep their own. Returns how many cases it moved, or undefined
 * when the database cannot be reached.
 */
export const moveTimes = async (
  databaseUrl: string,
  orders: readonly MovedOrder[],
): Promise<number | undefined> => {
  const db = createPool({ databaseUrl, connections: 1, timeoutMs });
  try {
    const { rowCount } = await reached(
      db.query(moveText, [
        orders.map(({ transactionId }) => transactionId),
        orders.map(({ minutesAgo }) => minutesAgo),
        orders.map(({ dueInMinutes }) => dueInMinutes ?? null),
      ]),
    );
    return rowCount ?? 0;
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return undefined;
    throw error;
  } finally {
    await db.end();
  }
};
