import { z } from 'zod';
import { alertSources } from '../contracts/sparkfly/event.js';
import type { RaisedAlert, StandingAlert } from '../domain/alerts/judge.js';
import type { AlertFamily, PageOf } from './alert-rules.js';
import { notifyWorkers } from './due.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const nullableNumber = z.coerce.number().nullable();

export const AlertEventRow = z.object({
  event_id: z.coerce.number(),
  source: z.enum(alertSources),
  rule_id: z.coerce.number(),
  rule_name: z.string(),
  metric: z.string(),
  owner: z.string().nullable(),
  store: nullableNumber,
  quantity: z.coerce.number(),
  notifications_sent: z.boolean(),
  suppressed_count: z.number(),
  created_at: z.date(),
  updated_at: z.date(),
});
export type AlertEventRow = z.output<typeof AlertEventRow>;

/** The columns of `AlertEventRow`. */
export const alertEventColumns = `event_id, source, rule_id, rule_name, metric, owner, store,
  quantity, notifications_sent, suppressed_count, created_at, updated_at`;

/** A filter of alerts; `createdFrom` is inclusive, `createdTo` exclusive. */
export interface AlertEventFilter {
  readonly family: AlertFamily;
  readonly ruleId?: number | undefined;
  readonly owner?: string | undefined;
  readonly store?: number | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
}

/** Filters only by columns that never change, so an alert never leaves its page. */
const filterOf = (filter: AlertEventFilter, asOf: number) => {
  const parts = [
    ['family = ?', filter.family],
    ['position <= ?', asOf],
    ['rule_id = ?', filter.ruleId],
    ['owner = ?', filter.owner],
    ['store = ?', filter.store],
    ['created_at >= ?', filter.createdFrom],
    ['created_at < ?', filter.createdTo],
  ] as const;
  const given = parts.filter(([, value]) => value !== undefined);
  return {
    where: given.map(([text], index) => text.replace('?', `$${index + 1}`)).join(' and '),
    values: given.map(([, value]) => value),
  };
};

/**
 * The sort key of the list. An alert dated after it was stored counts as of its storing; otherwise
 * it would head the list until then.
 */
const listedAt = `(case when created_at - stored_at > interval '5 minutes' then stored_at
  else created_at end)`;

/** One page of alerts, newest first, and the total on all pages. */
export const listAlertEvents = async (
  db: Queryable,
  filter: AlertEventFilter,
  { asOf, limit, offset }: PageOf,
): Promise<{ readonly rows: AlertEventRow[]; readonly total: number }> => {
  const { where, values } = filterOf(filter, asOf);
  const counted = await reached(
    db.query(`select count(*)::int as total from alert_events where ${where}`, values),
  );
  const { rows } = await reached(
    db.query(
      `select ${alertEventColumns} from alert_events where ${where}
        order by ${listedAt} desc, event_id desc
        limit $${values.length + 1} offset $${values.length + 2}`,
      [...values, limit, offset],
    ),
  );
  const total = parseRow(z.object({ total: z.int() }), counted.rows)?.total ?? 0;
  return { rows: parseRows(AlertEventRow, rows), total };
};

const ExistingAlertRow = z.object({
  event_id: z.coerce.number(),
  rule_id: z.coerce.number(),
  owner: z.string(),
  created_at: z.date(),
});

/** Verdict's own alerts of each rule and owner after `after`, up to and including `until`. */
export const findExistingAlerts = async (
  db: Queryable,
  spans: readonly {
    readonly ruleId: number;
    readonly owner: string;
    readonly after: Date;
    readonly until: Date;
  }[],
): Promise<StandingAlert[]> => {
  const { rows } = await reached(
    db.query({
      name: 'find-standing-alerts',
      text: `select e.event_id, e.rule_id, e.owner, e.created_at
        from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[])
          as s(rule_id, owner, after, until)
        join alert_events e on e.rule_id = s.rule_id and e.owner = s.owner
          and e.created_at > s.after and e.created_at <= s.until and e.source = 'verdict'`,
      values: [
        spans.map(({ ruleId }) => ruleId),
        spans.map(({ owner }) => owner),
        spans.map(({ after }) => after),
        spans.map(({ until }) => until),
      ],
    }),
  );
  return parseRows(ExistingAlertRow, rows).map((row) => ({
    id: row.event_id,
    ruleId: row.rule_id,
    owner: row.owner,
    createdAtMs: row.created_at.getTime(),
  }));
};

/** An alert of Verdict's own to store, at a position of the alert clock. */
export interface NewAlert extends RaisedAlert {
  readonly position: number;
  readonly ruleName: string;
  readonly metric: string;
  /** True when its rule has recipients. */
  readonly hasRecipients: boolean;
}

/**
 * Stores alerts that Verdict raises and returns their ids. They are due at once: to be mailed, if
 * their rule has recipients, and as evidence about the account of a linked member.
 */
export const insertAlerts = async (
  db: Queryable,
  family: AlertFamily,
  alerts: readonly NewAlert[],
  at: Date,
): Promise<number[]> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-alerts',
      text: `with given as materialized (
          select * from unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],
            $8::bigint[], $9::bigint[], $10::timestamptz[], $11::int[], $12::boolean[]) as g(
            position, rule_id, rule_name, metric, owner, store, quantity, created_at,
            suppressed_count, has_recipients)
        ), stored as (
          insert into alert_events (family, updated_at, stored_at, source, notifications_sent,
            position, rule_id, rule_name, metric, owner, store, quantity, created_at,
            suppressed_count)
          select $1, $2, $2, 'verdict', false, position, rule_id, rule_name, metric, owner, store,
            quantity, created_at, suppressed_count
          from given
          returning event_id, position, owner
        ), due as (
          insert into due_work (consumer, key, due_at, since)
          select 'alert_mails', event_id::text, $2::timestamptz, $2::timestamptz
          from stored join given using (position) where has_recipients
          union all
          select 'alert_evidence', event_id::text, $2::timestamptz, $2::timestamptz
          from stored join loyalty_members m on $1::text = 'loyalty'
            and m.enrollment_id = case when $1::text = 'loyalty' then owner::bigint end
          returning ${notifyWorkers}
        )
        select event_id from stored order by position`,
      values: [
        ...[family, at],
        alerts.map(({ position }) => position),
        alerts.map(({ ruleId }) => ruleId),
        alerts.map(({ ruleName }) => ruleName),
        alerts.map(({ metric }) => metric),
        alerts.map(({ owner }) => owner),
        alerts.map(({ store }) => store),
        alerts.map(({ quantity }) => quantity),
        alerts.map(({ createdAtMs }) => new Date(createdAtMs)),
        alerts.map(({ suppressedCount }) => suppressedCount),
        alerts.map(({ hasRecipients }) => hasRecipients),
      ],
    }),
  );
  return parseRows(z.object({ event_id: z.coerce.number() }), rows).map((row) => row.event_id);
};

/** Adds to the suppressed counts of alerts, by id. */
export const addSuppressed = async (
  db: Queryable,
  counts: ReadonlyMap<number, number>,
  at: Date,
): Promise<void> => {
  await reached(
    db.query({
      name: 'add-suppressed',
      text: `update alert_events e set suppressed_count = e.suppressed_count + s.count,
          updated_at = greatest(e.updated_at, $3)
        from unnest($1::bigint[], $2::int[]) as s(id, count) where e.event_id = s.id`,
      values: [[...counts.keys()], [...counts.values()], at],
    }),
  );
};
