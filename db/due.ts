import { type Queryable, reached } from './pool.js';

/** What waits for a worker, by the table and the column that say when; each has its index. */
const queues = {
  aifi: ['aifi_pushes', 'due_at'],
  alert_feed: ['alert_feed', 'due_at'],
  alert_evidence: ['alert_events', 'evidence_due_at'],
  label_evidence: ['label_evidence_due', 'due_at'],
  shadow: ['shadow_pending', 'due_at'],
} as const;

/**
 * Whether anything of a kind is due. Workers look each second and mostly find nothing: that costs
 * one statement and not a transaction.
 */
export const hasDue = async (
  db: Queryable,
  queue: keyof typeof queues,
  now: Date,
): Promise<boolean> => {
  const [table, column] = queues[queue];
  const { rowCount } = await reached(
    db.query({
      name: `has-due-${queue}`,
      text: `select from ${table} where ${column} <= $1 limit 1`,
      values: [now],
    }),
  );
  return rowCount === 1;
};
