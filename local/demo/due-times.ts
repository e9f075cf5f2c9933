import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { createPool, reached } from '../../db/pool.js';
import { reviewMinutes } from './scene.js';

const timeoutMs = 5000;

/**
 * Moves the deadlines that the queue shows; nothing else can make a case late within a minute. The
 * workflows keep their own. Returns how many cases it moved, or undefined when the database cannot
 * be reached.
 */
export const moveDueTimes = async (
  databaseUrl: string,
  minutesByTransaction: ReadonlyMap<string, number>,
): Promise<number | undefined> => {
  const db = createPool({ databaseUrl, connections: 1, timeoutMs });
  try {
    const { rowCount } = await reached(
      db.query(
        `update cases set
           due_at = now() + moved.minutes * interval '1 minute',
           opened_at = least(opened_at, now() + (moved.minutes - $3::int) * interval '1 minute')
         from unnest($1::text[], $2::int[]) as moved (transaction_id, minutes)
         where cases.transaction_id = moved.transaction_id and status = 'open'`,
        [[...minutesByTransaction.keys()], [...minutesByTransaction.values()], reviewMinutes],
      ),
    );
    return rowCount ?? 0;
  } catch (error) {
    if (error instanceof TemporarilyUnavailable) return undefined;
    throw error;
  } finally {
    await db.end();
  }
};
