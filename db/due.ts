import { z } from 'zod';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** The consumers of the outbox; each has its own rows in `due_work`. */
export const consumerNames = [
  'aifi',
  'alert_evidence',
  'alert_feed',
  'alert_mails',
  'case_decisions',
  'label_evidence',
  'sardine_feedback',
  'shadow',
] as const;
export type ConsumerName = (typeof consumerNames)[number];

/** The channel that notifies workers of possibly due work. */
export const workChannel = 'verdict_work';

/**
 * Wakes the workers once at the commit, however many rows use it. Commits that notify wait for one
 * another, so no statement that an order's answer waits for uses it.
 */
export const notifyWorkers = `pg_notify('${workChannel}', '')`;

const DueRow = z.object({
  key: z.string(),
  since: z.date(),
  attempts: z.number(),
  details: z.unknown(),
});

/** One item of work. `attempts` includes the present one; `since` is when the item was created. */
export type DueRow = z.output<typeof DueRow>;

/**
 * Leased items, longest due first. The lease expires at `until`, and unfinished items are due
 * again.
 */
export interface LeasedWork {
  readonly consumer: ConsumerName;
  readonly until: Date;
  readonly rows: readonly DueRow[];
}

export interface TakeOptions {
  readonly now: Date;
  readonly limit: number;
  /** The lease in milliseconds; must exceed the duration of the work. */
  readonly leaseMs?: number;
}

/** For work in the same database transaction: nobody else sees the lease. */
const ownTransactionMs = 60_000;

/**
 * The first part of a statement that leases due items as `taken`, and skips those that others are
 * leasing. $1 is the consumer, $2 the present, $3 the most items, $4 the end of the lease.
 */
export const leasingText = `with due as materialized (
    select key, due_at from due_work where consumer = $1 and due_at <= $2
    order by due_at, key limit $3 for update skip locked
  ), taken as (
    update due_work w set due_at = $4, attempts = w.attempts + 1 from due
    where w.consumer = $1 and w.key = due.key
    returning w.key, w.since, w.attempts, w.details, due.due_at as was_due_at
  )`;

/**
 * Leases due items, longest due first, and skips those that others are leasing. Within a database
 * transaction the rows stay locked until its end, and a rollback releases them.
 */
export const takeDue = async (
  db: Queryable,
  consumer: ConsumerName,
  { now, limit, leaseMs = ownTransactionMs }: TakeOptions,
): Promise<LeasedWork> => {
  const until = new Date(now.getTime() + leaseMs);
  const { rows } = await reached(
    db.query({
      name: 'take-due',
      text: `${leasingText}
        select key, since, attempts, details from taken order by was_due_at, key`,
      values: [consumer, now, limit, until],
    }),
  );
  return { consumer, until, rows: parseRows(DueRow, rows) };
};

/** Deletes finished items. An item that became due again since it was leased stays. */
export const finishDue = async (
  db: Queryable,
  { consumer, until }: Pick<LeasedWork, 'consumer' | 'until'>,
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

/** Postpones leased items, except those that became due again. */
export const postponeDue = async (
  db: Queryable,
  { consumer, until }: Pick<LeasedWork, 'consumer' | 'until'>,
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

/** Items that cannot be decrypted wait for the missing key. */
const unreadablePauseMs = 60 * 60_000;

/** Postpones items that could not be decrypted by an hour. */
export const postponeUnreadable = (
  db: Queryable,
  taken: Pick<LeasedWork, 'consumer' | 'until'>,
  keys: readonly string[],
  now: Date,
): Promise<void> => postponeDue(db, taken, keys, new Date(now.getTime() + unreadablePauseMs));

/** Inserts due items; an existing one gets the new time. */
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

/** Each consumer's number of items and when the oldest became due. */
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
