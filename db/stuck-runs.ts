import { z } from 'zod';
import { statuses } from '../contracts/hbc/decision.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const StuckRunRow = z.object({
  run_id: z.string(),
  transaction_id: z.string(),
  workflow_id: z.string(),
  status: z.enum(statuses),
  cause: z.string(),
  failing_since: z.date(),
  seen_at: z.date(),
  freed_at: z.date().nullable(),
});
export type StuckRunRow = z.output<typeof StuckRunRow>;

export interface NewStuckRun {
  readonly runId: string;
  readonly transactionId: string;
  /** Temporal's name for the cause of its failing tasks. */
  readonly cause: string;
  readonly failingSince: Date;
  readonly seenAt: Date;
}

/** Records a stuck run once; true when it is new. */
export const insertStuckRun = async (db: Queryable, run: NewStuckRun): Promise<boolean> => {
  const result = await reached(
    db.query({
      name: 'insert-stuck-run',
      text: `insert into stuck_runs (run_id, transaction_id, cause, failing_since, seen_at)
        values ($1, $2, $3, $4, $5) on conflict do nothing`,
      values: [run.runId, run.transactionId, run.cause, run.failingSince, run.seenAt],
    }),
  );
  return result.rowCount === 1;
};

/** Marks an order's stuck runs as replaced. */
export const markFreed = async (db: Queryable, transactionId: string, at: Date): Promise<void> => {
  await reached(
    db.query({
      name: 'mark-freed',
      text: `update stuck_runs set freed_at = $2
        where transaction_id = $1 and freed_at is null`,
      values: [transactionId, at],
    }),
  );
};

/** Stuck runs seen since `since`, and those not replaced, which come first; latest first. */
export const listStuckRuns = async (
  db: Queryable,
  since: Date,
  limit: number,
): Promise<StuckRunRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-stuck-runs',
      text: `select s.run_id, s.transaction_id, t.workflow_id, t.status, s.cause,
          s.failing_since, s.seen_at, s.freed_at
        from stuck_runs s join transactions t using (transaction_id)
        where s.freed_at is null or s.seen_at >= $1
        order by s.freed_at is null desc, s.seen_at desc, s.run_id desc limit $2`,
      values: [since, limit],
    }),
  );
  return parseRows(StuckRunRow, rows);
};

const StuckRow = z.object({ stuck: z.number() });

/** The number of stuck runs that are not replaced. */
export const countStuckRuns = async (db: Queryable): Promise<number> => {
  const { rows } = await reached(
    db.query({
      name: 'count-stuck-runs',
      text: 'select count(*)::integer as stuck from stuck_runs where freed_at is null',
    }),
  );
  return parseRow(StuckRow, rows)?.stuck ?? 0;
};

/** The number of an order's runs that were replaced since `since`. */
export const countFreed = async (
  db: Queryable,
  transactionId: string,
  since: Date,
): Promise<number> => {
  const { rows } = await reached(
    db.query({
      name: 'count-freed',
      text: `select count(*)::integer as freed from stuck_runs
        where transaction_id = $1 and freed_at >= $2`,
      values: [transactionId, since],
    }),
  );
  return parseRow(z.object({ freed: z.number() }), rows)?.freed ?? 0;
};
