import { type AlertFamily, countAlertRules } from '../../db/alert-rules.js';
import type { Queryable } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { alertRulesMax, type RuleRefusal } from './stored-rule.js';

/**
 * Why a rule cannot have this name, or cannot be added; undefined when it can. `id` is that of the
 * rule to change, which may keep its name. Asked under the lock of rules.
 */
export const refuseRule = async (
  db: Queryable,
  family: AlertFamily,
  name: string,
  id?: number,
): Promise<RuleRefusal | undefined> => {
  if (maskReason(name) !== name) return { kind: 'personal_name' };
  const { total, idOfName } = await countAlertRules(db, family, name);
  if (idOfName !== null && idOfName !== id) return { kind: 'duplicate_name' };
  return id === undefined && total >= alertRulesMax ? { kind: 'too_many_rules' } : undefined;
};
