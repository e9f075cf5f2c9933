import { insertAudit } from '../../db/audit.js';
import { lockAlertRules } from '../../db/alert-clock.js';
import { type AlertRuleRow, findAlertRule, updateAlertRule } from '../../db/alert-rules.js';
import { inTransaction } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { refuseRule } from './refuse-rule.js';
import type { RuleSettings } from './rule-settings.js';
import { openEmails, sealEmails } from './seal-emails.js';
import type { AlertDeps, RuleName, RuleRefusal, StoredRule } from './stored-rule.js';

export type ChangedRule =
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
 * Sets all of an alert rule. It counts for activities that arrive from now on, over what is stored;
 * alerts that it has raised stay as they are and mute for as long as the rule now says. The audit
 * row tells each change, of e-mail addresses only that there was one. Throws
 * `TemporarilyUnavailable`.
 */
export const changeRule = async (
  { pool, vault }: AlertDeps,
  actor: Actor,
  given: { readonly rule: RuleName; readonly settings: RuleSettings; readonly now: Date },
): Promise<ChangedRule> =>
  inTransaction(pool, async (db) => {
    const { now } = given;
    const { family, id } = given.rule;
    const { emails, description, ...settings } = given.settings;
    await lockAlertRules(db);
    const before = await findAlertRule(db, family, id);
    if (before === undefined) return { kind: 'unknown_rule' };
    const refusal = await refuseRule(db, family, settings.name, id);
    if (refusal !== undefined) return refusal;
    const row = await updateAlertRule(db, {
      ...{ id, family, author: actor.name, at: now },
      values: {
        ...settings,
        description: description === undefined ? undefined : maskReason(description),
        emails: sealEmails(vault, id, emails),
      },
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
