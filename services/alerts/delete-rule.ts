import { insertAudit } from '../../db/audit.js';
import { advanceAlertClock, lockAlertRules } from '../../db/alert-clock.js';
import { deleteAlertRule } from '../../db/alert-rules.js';
import { inTransaction } from '../../db/pool.js';
import type { Actor } from '../ports.js';
import { openEmails } from './seal-emails.js';
import type { AlertDeps, RuleName, StoredRule } from './stored-rule.js';

/**
 * Deletes an alert rule: once this has returned it raises nothing, and its alerts stay. Its name is
 * free again. Undefined when there is no such rule. Throws `TemporarilyUnavailable`.
 */
export const deleteRule = async (
  { pool, vault }: AlertDeps,
  actor: Actor,
  { rule: { family, id }, now }: { readonly rule: RuleName; readonly now: Date },
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
