import { findAlertRule } from '../../db/alert-rules.js';
import { openEmails } from './seal-emails.js';
import type { AlertDeps, RuleName, StoredRule } from './stored-rule.js';

/** An alert rule; undefined when there is none. Throws `TemporarilyUnavailable`. */
export const readRule = async (
  { pool, vault }: AlertDeps,
  { family, id }: RuleName,
): Promise<StoredRule | undefined> => {
  const row = await findAlertRule(pool, family, id);
  return row && { row, emails: openEmails(vault, row) };
};
