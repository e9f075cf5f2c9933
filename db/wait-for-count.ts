import { type Queryable, reached } from './pool.js';

/** What one count may take: a million rows take some seconds; the pool's limit is for answers. */
export const countingMs = 20_000;

/**
 * One count of a kind at a time, over all processes, so that no more than one connection is kept
 * busy by them. Within an open database transaction this waits for the one under way, as long as a
 * count may take, and gives the count after it that time too.
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
