import { z } from 'zod';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** Who does what is due; each has rows of its own in `due_work`. */
export const consumerNames = [
  'aifi',
  'alert_evidence',
  'alert_feed',
  'alert_mails',
  'label_evidence',
  'sardine_feedback',
  'shadow',
] as const;
export type ConsumerName = (typeof consumerNames)[number];

/** On this channel workers are told that something may be due. */
export const workChannel = 'verdict_work';

/**
 * Wakes the workers at the commit, once however many rows it is said of. Commits that notify wait
 * for one another, so this is for statements that no order's answer waits for.
 */
export const notifyWorkers = `pg_notify('${workChannel}', '')`;

const DueRow = z.object({
  key: z.string(),
  since: z.date(),
  attempts: z.number(),
  details: z.unknown(),
});

/** One thing to do. `attempts` counts this one; `since` is when it came to be. */
export type DueRow = z.output<typeof DueRow>;

/** What a caller has taken, the longest due first; it comes back by itself at `until`. */
export interface TakenWork {
  readonly consumer: ConsumerName;
  readonly until: Date;
  readonly rows: readonly DueRow[];
}

export interface TakeOptions {
  readonly now: Date;
  readonly limit: number;
  /** For how long nobody else takes it: longer than the work takes. Milliseconds. */
  readonly leaseMs?: number;
}

/** For work that is done in the database transaction that takes it: nobody sees the lease. */
const ownTransactionMs = 60_000;

/**
 * Takes what is due, the longest due first; what somebody else is taking is passed over. Within a
 * database transaction the rows are held until its end, and a rollback gives them back.
 */
export const takeDue = async (
  db: Queryable,
  consumer: ConsumerName,
  { now, limit, leaseMs = ownTransactionMs }: TakeOptions,
): Promise<TakenWork> => {
  const until = new Date(now.getTime() + leaseMs);
  const { rows } = await reached(
    db.query({
      name: 'take-due',
      text: `with due as materialized (
          select key, due_at from due_work where consumer = $1 and due_at <= $2
          order by due_at, key limit $3 for update skip locked
        ), taken as (
          update due_work w set due_at = $4, attempts = w.attempts + 1 from due
          where w.consumer = $1 and w.key = due.key
          returning w.key, w.since, w.attempts, w.details, due.due_at as was_due_at
        )
        select key, since, attempts, details from taken order by was_due_at, key`,
      values: [consumer, now, limit, until],
    }),
  );
  return { consumer, until, rows: parseRows(DueRow, rows) };
};

/**
 * Takes off what is done. What has become due anew since it was taken stays: there is more to do.
 */
export const finishDue = async (
  db: Queryable,
  { consumer, until }: Pick<TakenWork, 'consumer' | 'until'>,
  keys: readonly string[],
): Promise<void> => {
  if (keys.length === 0) return;
  await reached(
    db.query({
      name: 'finish-due',
      text: `delete from due_work where consumer = $1 and due_at = $2 and key = any($3::text[])`,
      values: [consumer, until, keys],
    }),
  );
};

/** Leaves what was taken until later, unless it has become due anew. */
export const postponeDue = async (
  db: Queryable,
  { consumer, until }: Pick<TakenWork, 'consumer' | 'until'>,
  keys: readonly string[],
  dueAt: Date,
): Promise<void> => {
  if (keys.length === 0) return;
  await reached(
    db.query({
      name: 'postpone-due',
      text: `update due_work set due_at = $4
        where consumer = $1 and due_at = $2 and key = any($3::text[])`,
      values: [consumer, until, keys, dueAt],
    }),
  );
};

/** What cannot be opened waits for the key that is missing. */
const unreadablePauseMs = 60 * 60_000;

/** Leaves what could not be opened for an hour. */
export const postponeUnreadable = (
  db: Queryable,
  taken: Pick<TakenWork, 'consumer' | 'until'>,
  keys: readonly string[],
  now: Date,
): Promise<void> => postponeDue(db, taken, keys, new Date(now.getTime() + unreadablePauseMs));

/** Makes things due; what is due already is due then. */
export const insertDue = async (
  db: Queryable,
  consumer: ConsumerName,
  works: readonly { readonly key: string; readonly dueAt: Date; readonly details?: unknown }[],
): Promise<void> => {
  const given = works.map(({ key, dueAt, details }) => ({ key, due_at: dueAt, details }));
  await reached(
    db.query({
      name: 'insert-due',
      text: `insert into due_work (consumer, key, due_at, since, details)
        select $1, key, due_at, due_at, details
        from jsonb_to_recordset($2::jsonb) as one(key text, due_at timestamptz, details jsonb)
        order by key
        on conflict (consumer, key) do update set due_at = excluded.due_at`,
      values: [consumer, toJson(given)],
    }),
  );
};

const BacklogRow = z.object({
  consumer: z.string(),
  pending: z.string().transform(Number),
  oldest: z.date(),
});

/** How much each consumer has to do, and since when the oldest of it is due. */
export const countDue = async (
  db: Queryable,
): Promise<ReadonlyMap<string, { readonly pending: number; readonly oldest: Date }>> => {
  const { rows } = await reached(
    db.query({
      name: 'count-due',
      text: `select consumer, count(*) as pending, min(due_at) as oldest
        from due_work group by consumer`,
    }),
  );
  return new Map(parseRows(BacklogRow, rows).map(({ consumer, ...row }) => [consumer, row]));
};
