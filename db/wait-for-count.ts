import { type Queryable, reached } from './pool.js';

/** The timeout of one count: a million rows take some seconds, more than the pool's timeout. */
export const countingMs = 20_000;

/**
 * Serialises counts of a kind over all processes, so that they keep only one connection busy. Must
 * run in a database transaction. Waits for a running count, at most as long as a count may take,
 * and gives the following count the same time.
 */
export const waitForCount = async (
  db: Queryable,
  kind: 'label-performance' | 'trial-report',
): Promise<void> => {
  await reached(db.query(`set local statement_timeout = ${countingMs}`));
  const text = 'select pg_advisory_xact_lock(hashtextextended($1, 0))';
  const query = { text, values: [kind], query_timeout: countingMs };
  await reached(db.query(query));
};
