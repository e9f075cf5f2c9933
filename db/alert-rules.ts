import { z } from 'zod';
import { type AlertScope, alertScopes } from '../contracts/sparkfly/rule.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** `loyalty`: rules in Sparkfly's model; `own`: rules over Verdict's own events. */
export const alertFamilies = ['loyalty', 'own'] as const;
export type AlertFamily = (typeof alertFamilies)[number];

const wholeNumbers = z.array(z.coerce.number());

const RuleRow = z.object({
  rule_id: z.coerce.number(),
  name: z.string(),
  description: z.string().nullable(),
  metric: z.string(),
  quantity: z.coerce.number(),
  time_period_s: z.number(),
  suppression_s: z.number(),
  scope: z.enum(alertScopes),
  store_ids: wholeNumbers,
  notify_corporate: z.boolean(),
  notify_store: z.boolean(),
  notify_emails: z.boolean(),
  emails: z.instanceof(Buffer),
  author: z.string(),
  created_at: z.date(),
  updated_at: z.date(),
  created_position: z.coerce.number(),
});
export type AlertRuleRow = z.output<typeof RuleRow>;

const columns = `rule_id, name, description, metric, quantity, time_period_s, suppression_s, scope,
  store_ids, notify_corporate, notify_store, notify_emails, emails, author, created_at, updated_at,
  created_position`;

/** The settings of a rule; the e-mail addresses are sealed. */
export interface AlertRuleValues {
  readonly name: string;
  readonly description: string | undefined;
  readonly metric: string;
  readonly quantity: number;
  readonly timePeriodS: number;
  readonly suppressionS: number;
  readonly scope: AlertScope;
  readonly storeIds: readonly number[];
  readonly notifyCorporate: boolean;
  readonly notifyStore: boolean;
  readonly notifyEmails: boolean;
  readonly emails: Buffer;
}

const valuesOf = (rule: AlertRuleValues): unknown[] => [
  rule.name,
  rule.description ?? null,
  rule.metric,
  rule.quantity,
  rule.timePeriodS,
  rule.suppressionS,
  rule.scope,
  rule.storeIds,
  rule.notifyCorporate,
  rule.notifyStore,
  rule.notifyEmails,
  rule.emails,
];

/** Reserves an id for a new rule; an unused id is never given again. */
export const nextAlertRuleId = async (db: Queryable): Promise<number> => {
  const { rows } = await reached(
    db.query({
      name: 'next-alert-rule-id',
      text: `select nextval(pg_get_serial_sequence('alert_rules', 'rule_id')) as id`,
    }),
  );
  const id = parseRow(z.object({ id: z.coerce.number() }), rows)?.id;
  if (id === undefined) throw new Error('a sequence gave no number');
  return id;
};

export interface NewAlertRule {
  readonly id: number;
  readonly family: AlertFamily;
  readonly position: number;
  readonly author: string;
  readonly at: Date;
  readonly values: AlertRuleValues;
}

/** Stores a rule; undefined when a live rule of its family has the same name. */
export const insertAlertRule = async (
  db: Queryable,
  rule: NewAlertRule,
): Promise<AlertRuleRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-alert-rule',
      text: `insert into alert_rules (rule_id, family, created_position, author, created_at,
          updated_at, name, description, metric, quantity, time_period_s, suppression_s, scope,
          store_ids, notify_corporate, notify_store, notify_emails, emails)
        values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        on conflict (family, name) where deleted_at is null do nothing
        returning ${columns}`,
      values: [
        ...[rule.id, rule.family, rule.position, rule.author, rule.at],
        ...valuesOf(rule.values),
      ],
    }),
  );
  return parseRow(RuleRow, rows);
};

/** Replaces the settings of a live rule; undefined when there is none. Its name must be free. */
export const updateAlertRule = async (
  db: Queryable,
  rule: Pick<NewAlertRule, 'id' | 'family' | 'author' | 'at' | 'values'>,
): Promise<AlertRuleRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'update-alert-rule',
      text: `update alert_rules set author = $3, updated_at = $4, name = $5, description = $6,
          metric = $7, quantity = $8, time_period_s = $9, suppression_s = $10, scope = $11,
          store_ids = $12, notify_corporate = $13, notify_store = $14, notify_emails = $15,
          emails = $16
        where rule_id = $1 and family = $2 and deleted_at is null
        returning ${columns}`,
      values: [...[rule.id, rule.family, rule.author, rule.at], ...valuesOf(rule.values)],
    }),
  );
  return parseRow(RuleRow, rows);
};

/** Marks a live rule as deleted; undefined when there is none. */
export const deleteAlertRule = async (
  db: Queryable,
  rule: Pick<NewAlertRule, 'id' | 'family' | 'position' | 'at'>,
): Promise<AlertRuleRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'delete-alert-rule',
      text: `update alert_rules set deleted_at = $4, deleted_position = $3
        where rule_id = $1 and family = $2 and deleted_at is null
        returning ${columns}`,
      values: [rule.id, rule.family, rule.position, rule.at],
    }),
  );
  return parseRow(RuleRow, rows);
};

export const findAlertRule = async (
  db: Queryable,
  family: AlertFamily,
  id: number,
): Promise<AlertRuleRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-alert-rule',
      text: `select ${columns} from alert_rules
        where rule_id = $1 and family = $2 and deleted_at is null`,
      values: [id, family],
    }),
  );
  return parseRow(RuleRow, rows);
};

/** A rule, deleted or not. */
export const findRuleEverLive = async (
  db: Queryable,
  id: number,
): Promise<AlertRuleRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-rule-ever-live',
      text: `select ${columns} from alert_rules where rule_id = $1`,
      values: [id],
    }),
  );
  return parseRow(RuleRow, rows);
};

/** The number of live rules of a family, and the id of the one with this name. */
export const countAlertRules = async (
  db: Queryable,
  family: AlertFamily,
  name: string,
): Promise<{ readonly total: number; readonly idOfName: number | null }> => {
  const { rows } = await reached(
    db.query({
      name: 'count-alert-rules',
      text: `select count(*)::int as total, min(rule_id) filter (where name = $2) as id
        from alert_rules where family = $1 and deleted_at is null`,
      values: [family, name],
    }),
  );
  const row = parseRow(z.object({ total: z.int(), id: z.coerce.number().nullable() }), rows);
  return { total: row?.total ?? 0, idOfName: row?.id ?? null };
};

/** A page of a list as of `asOf`, newest first. */
export interface PageOf {
  readonly asOf: number;
  readonly limit: number;
  readonly offset: number;
}

/** Rules that existed at `asOf`, in their present state, and the total on all pages. */
export const listAlertRules = async (
  db: Queryable,
  family: AlertFamily,
  { asOf, limit, offset }: PageOf,
): Promise<{ readonly rows: AlertRuleRow[]; readonly total: number }> => {
  const there = `family = $1 and created_position <= $2
    and (deleted_position is null or deleted_position > $2)`;
  const counted = await reached(
    db.query({
      name: 'count-listed-alert-rules',
      text: `select count(*)::int as total from alert_rules where ${there}`,
      values: [family, asOf],
    }),
  );
  const { rows } = await reached(
    db.query({
      name: 'list-alert-rules',
      text: `select ${columns} from alert_rules where ${there}
        order by created_position desc limit $3 offset $4`,
      values: [family, asOf, limit, offset],
    }),
  );
  const total = parseRow(z.object({ total: z.int() }), counted.rows)?.total ?? 0;
  return { rows: parseRows(RuleRow, rows), total };
};
