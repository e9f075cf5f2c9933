import { z } from 'zod';
import { type ConsumerName, consumerNames } from './due.js';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/**
 * Routes order events to consumers: each query selects `key`, `due_at`, `since` and `details` of a
 * consumer's work from the events in `fresh` (`id`, `transaction_id`, `kind`, `at`, `details`).
 */
const routes = {
  shadow: `select f.transaction_id || ':' || (shadow ->> 'version'), f.at, f.at,
      shadow || jsonb_build_object('transactionId', f.transaction_id)
    from fresh f cross join lateral jsonb_array_elements(f.details -> 'shadows') as shadow
    where f.kind = 'decided'`,
  // Several workers store events of nearly the same instant in any order. A second later all are
  // stored, and are counted in the order in which they happened.
  alert_feed: `select f.transaction_id || ':' || counted, f.at + interval '1 second', f.at,
      jsonb_build_object('transactionId', f.transaction_id, 'kind', counted)
    from fresh f cross join lateral (select case f.details ->> 'outcome'
      when 'reject' then 'declined'
      when 'review' then 'reviewed' end) as what(counted)
    where f.kind in ('decided', 'verdict') and counted is not null`,
  label_evidence: `select f.transaction_id, f.at, f.at, null::jsonb from fresh f
    where f.kind = 'labelled'`,
  // Settled orders that Sardine was asked about, and those that it scored only after settlement.
  sardine_feedback: `select f.transaction_id, f.at, f.at, null::jsonb
    from fresh f join decisions d using (transaction_id)
    where f.kind = 'settled'
      and (d.partner_answers @> '[{"partner": "sardine", "kind": "answered"}]'
        or d.partner_answers @> '[{"partner": "sardine", "kind": "unavailable"}]'
        or exists (select from partner_answers a
          where a.transaction_id = f.transaction_id and a.partner = 'sardine'))
    union all
    select f.transaction_id, f.at, f.at, null::jsonb
    from fresh f join transactions t using (transaction_id)
    where f.kind = 'late_vote' and f.details ->> 'partner' = 'sardine'
      and t.status in ('processed', 'cancelled')`,
} satisfies Partial<Record<ConsumerName, string>>;

const routesText = Object.entries(routes)
  .map(([consumer, text]) => `select '${consumer}', one.* from (${text}) as one`)
  .join(' union all ');

/** An advisory lock serialises dispatching, so that events become work in their order. */
const dispatchEventsText = `with us as materialized (
    select pg_try_advisory_xact_lock(hashtextextended('order-events', 0)) as is_ours
  ), fresh as materialized (
    select id, transaction_id, kind, at, details from order_events
    where dispatched_at is null and (select is_ours from us)
    order by id limit $2 for update skip locked
  ), dispatched as (
    update order_events e set dispatched_at = $1 from fresh where e.id = fresh.id
  ), routed(consumer, key, due_at, since, details) as (${routesText}
  ), added as (
    insert into due_work as w (consumer, key, due_at, since, details)
    select distinct on (consumer, key) consumer, key, due_at, since, details
    from routed order by consumer, key, since
    on conflict (consumer, key) do update set due_at = excluded.due_at
      where w.consumer not in ('alert_feed', 'shadow')
    returning w.consumer, w.due_at
  )
  select named.consumer, least(waiting.due_at, new.due_at) as due_at,
    (select count(*)::integer from fresh) as dispatched
  from unnest($3::text[]) as named(consumer)
  left join lateral (
    select due_at from due_work where due_work.consumer = named.consumer order by due_at limit 1
  ) waiting on true
  left join (select consumer, min(due_at) as due_at from added group by consumer) new
    on new.consumer = named.consumer`;

const DispatchRow = z.object({
  consumer: z.enum(consumerNames),
  due_at: z.date().nullable(),
  dispatched: z.int(),
});

/** The result of a dispatch. */
export interface FoundWork {
  /** When each consumer's next item is due; without consumers that have none. */
  readonly dueAt: ReadonlyMap<ConsumerName, Date>;
  /** The number of dispatched events; equal to the limit when there are more. */
  readonly dispatched: number;
}

/**
 * Dispatches at most `limit` order events to the consumers' outbox and returns when the next item
 * of each is due, in one statement. It finds events by their missing dispatch time, so it cannot
 * skip one whose transaction commits late.
 */
export const dispatchEvents = async (
  db: Queryable,
  { now, limit }: { readonly now: Date; readonly limit: number },
): Promise<FoundWork> => {
  const { rows } = await reached(
    db.query({
      name: 'look-for-work',
      text: dispatchEventsText,
      values: [now, limit, consumerNames],
    }),
  );
  const parsed = parseRows(DispatchRow, rows);
  const due = parsed.flatMap(({ consumer, due_at: dueAt }) =>
    dueAt === null ? [] : [[consumer, dueAt] as const],
  );
  return { dueAt: new Map(due), dispatched: parsed[0]?.dispatched ?? 0 };
};

/** One statement of this size holds its locks for milliseconds. */
const importedAtOnce = 1000;

/** Imports what workers of an earlier version, running beside this one, wrote into their queues. */
export const importOldQueueRows = async (db: Queryable): Promise<void> => {
  await reached(
    db.query({
      name: 'take-over-old-queues',
      text: 'select take_over_old_queues($1)',
      values: [importedAtOnce],
    }),
  );
};
