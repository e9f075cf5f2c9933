import type { AlertFamily, AlertRuleRow } from '../../db/alert-rules.js';
import type { Pool } from '../../db/pool.js';
import type { Vault } from '../ports.js';

export interface AlertDeps {
  readonly pool: Pool;
  readonly vault: Vault;
}

/** A rule with its e-mail addresses in clear. */
export interface StoredRule {
  readonly row: AlertRuleRow;
  readonly emails: readonly string[];
}

/** Which rule, in the eyes of one model. */
export interface RuleName {
  readonly family: AlertFamily;
  readonly id: number;
}

/** Why a rule was not stored; nothing was written. */
export type RuleRefusal =
  | { readonly kind: 'duplicate_name' }
  /** The name holds what may be a card number or an address. */
  | { readonly kind: 'personal_name' }
  | { readonly kind: 'too_many_rules' };

/** Live rules of one model: each is counted for each activity of its metric. */
export const alertRulesMax = 100;
