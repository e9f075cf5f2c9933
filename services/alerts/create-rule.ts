import { insertAudit } from '../../db/audit.js';
import { advanceAlertClock, lockAlertRules } from '../../db/alert-clock.js';
import { type AlertFamily, insertAlertRule, nextAlertRuleId } from '../../db/alert-rules.js';
import { inTransaction } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Actor } from '../ports.js';
import { refuseRule } from './refuse-rule.js';
import type { RuleSettings } from './rule-settings.js';
import { sealEmails } from './seal-emails.js';
import type { AlertDeps, RuleRefusal, StoredRule } from './stored-rule.js';

export type CreatedRule = { readonly kind: 'created'; readonly rule: StoredRule } | RuleRefusal;

/**
 * Creates an alert rule. It counts what is stored already, and raises with the next activity that
 * arrives. The audit row tells its name and numbers, and no e-mail address. Throws
 * `TemporarilyUnavailable`.
 */
export const createRule = async (
  { pool, vault }: AlertDeps,
  actor: Actor,
  given: { readonly family: AlertFamily; readonly settings: RuleSettings; readonly now: Date },
): Promise<CreatedRule> =>
  inTransaction(pool, async (db) => {
    const { family, now } = given;
    const { emails, description, ...settings } = given.settings;
    await lockAlertRules(db);
    const refusal = await refuseRule(db, family, settings.name);
    if (refusal !== undefined) return refusal;
    const id = await nextAlertRuleId(db);
    const row = await insertAlertRule(db, {
      ...{ id, family, author: actor.name, at: now, position: await advanceAlertClock(db, 1) },
      values: {
        ...settings,
        description: description === undefined ? undefined : maskReason(description),
        emails: sealEmails(vault, id, emails),
      },
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
