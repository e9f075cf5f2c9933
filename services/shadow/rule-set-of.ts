import type { Queryable } from '../../db/pool.js';
import type { NumberedRuleSet, RulesInForce } from '../../domain/rules/in-force.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { type LoadedVersions, loadVersion } from '../rule-sets/load-version.js';

/**
 * Rule sets by version: those in force as this process has them, others as they are stored. The
 * answer throws when there is no such version, `RulesRefused` and `TemporarilyUnavailable`.
 */
export const createRuleSetOf = (
  db: Queryable,
  rules: () => RulesInForce,
  shipped: NumberedRuleSet,
): ((version: number) => Promise<RuleSet>) => {
  const loaded: LoadedVersions = new Map();
  return async (version) => {
    const { live, trial } = rules();
    const inForce = [live, trial?.challenger].find((one) => one?.version === version);
    const ruleSet = inForce?.ruleSet ?? (await loadVersion(db, shipped, loaded, version));
    if (ruleSet === undefined) throw new Error(`there is no version ${version}`);
    return ruleSet;
  };
};
