import type { FraudAlertRule } from '../../contracts/sparkfly/rule.js';
import type { AlertRule } from '../../contracts/v1/alerts.js';
import { advanceAlertClock, lockAlertRules } from '../../db/alert-clock.js';
import {
  type AlertFamily,
  type AlertRuleRow,
  type AlertRuleValues,
  countAlertRules,
  deleteAlertRule,
  findAlertRule,
  insertAlertRule,
  listAlertRules,
  nextAlertRuleId,
  updateAlertRule,
} from '../../db/alert-rules.js';
import { insertAudit } from '../../db/audit.js';
import { inTransaction, type Pool, type Queryable } from '../../db/pool.js';
import { readMetric } from '../../domain/alerts/own-metric.js';
import { isPersonalName } from '../../domain/alerts/rule-name.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Context, Vault } from '../context.js';
import { openEmails, sealEmails } from './members.js';
import { type Listed, listPage } from './events.js';
import type { RuleSettings } from './rule-settings.js';

/** A rule with its e-mail addresses in clear text. */
interface StoredRule {
  readonly row: AlertRuleRow;
  readonly emails: readonly string[];
}

/** Identifies a rule within one model. */
interface RuleName {
  readonly family: AlertFamily;
  readonly id: number;
}

/** Why a rule was not stored; nothing was written. */
export type RuleRefusal =
  | { readonly kind: 'duplicate_name' }
  /** The name may hold a card number or an address. */
  | { readonly kind: 'personal_name' }
  | { readonly kind: 'too_many_rules' };

/** The most live rules of one model: each counts every activity of its metric. */
export const alertRulesMax = 100;

/** A rule in Sparkfly's model. */
export const viewFraudAlertRule = ({ row, emails }: StoredRule): FraudAlertRule => ({
  id: row.rule_id,
  name: row.name,
  ...(row.description !== null && { description: row.description }),
  metric_type: row.metric,
  quantity: row.quantity,
  time_period: row.time_period_s,
  event_suppression_period: row.suppression_s,
  scope_type: row.scope,
  store_ids: row.store_ids,
  notify_corporate_contact: row.notify_corporate,
  notify_emails: row.notify_emails,
  notify_store_contact: row.notify_store,
  emails: [...emails],
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

/** A rule in Verdict's own model. */
export const viewAlertRule = ({ row, emails }: StoredRule): AlertRule => {
  const metric = readMetric(row.metric);
  if (metric === undefined) throw new Error('a rule of no metric of ours');
  return {
    id: row.rule_id,
    name: row.name,
    description: row.description,
    ...metric,
    quantity: row.quantity,
    timePeriod: row.time_period_s,
    eventSuppressionPeriod: row.suppression_s,
    scopeType: row.scope,
    storeIds: row.store_ids,
    notifyCorporateContact: row.notify_corporate,
    notifyEmails: row.notify_emails,
    notifyStoreContact: row.notify_store,
    emails: [...emails],
    author: row.author,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
};

/**
 * Why a rule cannot be added or have this name; undefined when it can. `id` is that of a changed
 * rule, which may keep its name. The caller holds the lock of rules.
 */
const refuseRule = async (
  db: Queryable,
  family: AlertFamily,
  name: string,
  id?: number,
): Promise<RuleRefusal | undefined> => {
  if (isPersonalName(name)) return { kind: 'personal_name' };
  const { total, idOfName } = await countAlertRules(db, family, name);
  if (idOfName !== null && idOfName !== id) return { kind: 'duplicate_name' };
  return id === undefined && total >= alertRulesMax ? { kind: 'too_many_rules' } : undefined;
};

/** An alert rule; undefined when there is none. */
export const readRule = async (
  { db: pool, vault }: Context<'vault', Pool>,
  { family, id }: RuleName,
): Promise<StoredRule | undefined> => {
  const row = await findAlertRule(pool, family, id);
  return row && { row, emails: openEmails(vault, row) };
};

/** The position of a page; see `listPage`. */
export interface ListQuery {
  readonly asOf: number | undefined;
  readonly limit: number;
  readonly offset: number;
}

/**
 * One page of a model's rules, newest first: those that existed at `asOf`, in their present state.
 * Undefined when `asOf` is in the future.
 */
export const listRules = async (
  { db: pool, vault }: Context<'vault', Pool>,
  family: AlertFamily,
  query: ListQuery,
): Promise<Listed<StoredRule> | undefined> =>
  listPage({ db: pool }, query, async (page) => {
    const { rows, total } = await listAlertRules(pool, family, page);
    return { rows: rows.map((row) => ({ row, emails: openEmails(vault, row) })), total };
  });

/** The settings as stored: no card number or address in clear text. */
const sealedValues = (
  vault: Vault,
  id: number,
  { emails, description, ...settings }: RuleSettings,
): AlertRuleValues => ({
  ...settings,
  description: description === undefined ? undefined : maskReason(description),
  emails: sealEmails(vault, id, emails),
});

type CreatedRule = { readonly kind: 'created'; readonly rule: StoredRule } | RuleRefusal;

/**
 * Creates an alert rule. It also counts stored activities, but raises alerts only from the next
 * arrival on. The audit row has its name and numbers, and no e-mail address.
 */
export const createRule = async (
  { db: pool, vault, actor, now }: Context<'vault' | 'actor' | 'now', Pool>,
  given: { readonly family: AlertFamily; readonly settings: RuleSettings },
): Promise<CreatedRule> =>
  inTransaction(pool, async (db) => {
    const { family } = given;
    const { emails, description: _, ...settings } = given.settings;
    await lockAlertRules(db);
    const refusal = await refuseRule(db, family, settings.name);
    if (refusal !== undefined) return refusal;
    const id = await nextAlertRuleId(db);
    const row = await insertAlertRule(db, {
      id,
      family,
      author: actor.name,
      at: now,
      position: await advanceAlertClock(db, 1),
      values: sealedValues(vault, id, given.settings),
    });
    if (row === undefined) throw new Error('the name of a rule was taken under the lock');
    await insertAudit(db, {
      actor: actor.name,
      action: 'alert_rule.created',
      object: `alert_rule:${id}`,
      details: { family, ...settings, emails: emails.length },
      at: now,
    });
    return { kind: 'created', rule: { row, emails } };
  });

type ChangedRule =
  | { readonly kind: 'changed'; readonly rule: StoredRule }
  | { readonly kind: 'unknown_rule' }
  | RuleRefusal;

const compared = [
  'name',
  'description',
  'metric',
  'quantity',
  'time_period_s',
  'suppression_s',
  'scope',
  'store_ids',
  'notify_corporate',
  'notify_store',
  'notify_emails',
] as const;

const differencesOf = (from: AlertRuleRow, to: AlertRuleRow) =>
  compared
    .filter((field) => JSON.stringify(from[field]) !== JSON.stringify(to[field]))
    .map((field) => ({ field, from: from[field], to: to[field] }));

/**
 * Replaces the settings of an alert rule. They apply to activities that arrive from now on,
 * together with stored ones. Alerts that it has raised stay, and suppress for as long as the new
 * settings say. The audit row lists each change, but of e-mail addresses only that they changed.
 */
export const changeRule = async (
  { db: pool, vault, actor, now }: Context<'vault' | 'actor' | 'now', Pool>,
  given: { readonly rule: RuleName; readonly settings: RuleSettings },
): Promise<ChangedRule> =>
  inTransaction(pool, async (db) => {
    const { family, id } = given.rule;
    const { emails, description: _, ...settings } = given.settings;
    await lockAlertRules(db);
    const before = await findAlertRule(db, family, id);
    if (before === undefined) return { kind: 'unknown_rule' };
    const refusal = await refuseRule(db, family, settings.name, id);
    if (refusal !== undefined) return refusal;
    const row = await updateAlertRule(db, {
      id,
      family,
      author: actor.name,
      at: now,
      values: sealedValues(vault, id, given.settings),
    });
    if (row === undefined) throw new Error('a rule was gone under the lock');
    const isOthers = JSON.stringify(openEmails(vault, before)) !== JSON.stringify(emails);
    await insertAudit(db, {
      actor: actor.name,
      action: 'alert_rule.changed',
      object: `alert_rule:${id}`,
      details: { family, changes: differencesOf(before, row), emailsChanged: isOthers },
      at: now,
    });
    return { kind: 'changed', rule: { row, emails } };
  });

/**
 * Deletes an alert rule. From then on it raises nothing; its alerts stay, and its name is free
 * again. Undefined when there is no such rule.
 */
export const deleteRule = async (
  { db: pool, vault, actor, now }: Context<'vault' | 'actor' | 'now', Pool>,
  { rule: { family, id } }: { readonly rule: RuleName },
): Promise<StoredRule | undefined> =>
  inTransaction(pool, async (db) => {
    await lockAlertRules(db);
    const position = await advanceAlertClock(db, 1);
    const row = await deleteAlertRule(db, { id, family, position, at: now });
    if (row === undefined) return undefined;
    await insertAudit(db, {
      actor: actor.name,
      action: 'alert_rule.deleted',
      object: `alert_rule:${id}`,
      details: { family, name: row.name },
      at: now,
    });
    return { row, emails: openEmails(vault, row) };
  });
