import { insertLateSettlements, type SettlingPlace } from '../../db/alert-feed.js';
import type { Queryable } from '../../db/pool.js';

/** Some ten milliseconds for one statement. */
const pageSize = 1000;

/** More than workers' clocks differ and than a statement may take. */
const overlapMs = 10 * 60_000;

/**
 * Notes each order that has waited for OMS for longer than `lateAfterMs`, to be counted by alert
 * rules as of the instant at which it became late; an order is counted once, however often it is
 * late. `since` bounds the look to orders that wait since then. Gives the `since` of the next look:
 * what was late long ago has been noted. Throws `TemporarilyUnavailable`.
 */
export const feedLateSettlements = async (
  db: Queryable,
  given: { readonly now: Date; readonly lateAfterMs: number; readonly since: Date },
): Promise<Date> => {
  const { now, lateAfterMs, since } = given;
  let after: SettlingPlace | undefined = { updatedAt: since, transactionId: '' };
  while (after !== undefined) {
    after = await insertLateSettlements(db, after, { now, lateAfterMs, limit: pageSize });
  }
  return new Date(now.getTime() - lateAfterMs - overlapMs);
};
