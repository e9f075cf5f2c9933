import { z } from 'zod';
import type { AlertRuleRow } from '../../db/alert-rules.js';
import type { Vault } from '../ports.js';

const contextOf = (ruleId: number): string => `alert-rule:${ruleId}`;

const Emails = z.array(z.string());

/** The e-mail addresses of a rule as they are stored. */
export const sealEmails = (vault: Vault, ruleId: number, emails: readonly string[]): Buffer =>
  vault.seal(JSON.stringify(emails), contextOf(ruleId));

/** The e-mail addresses of a stored rule. Throws when their key has been retired. */
export const openEmails = (
  vault: Vault,
  { rule_id, emails }: Pick<AlertRuleRow, 'rule_id' | 'emails'>,
): string[] => Emails.parse(JSON.parse(vault.open(emails, contextOf(rule_id))));
