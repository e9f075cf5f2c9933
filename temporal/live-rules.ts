import type { Queryable } from '../db/pool.js';
import type { NumberedRuleSet, RulesInForce } from '../domain/rules/in-force.js';
import { RuleSetError } from '../domain/rules/rule-set-error.js';
import { ConfigError } from '../runtime/env.js';
import type { AlarmCode } from '../runtime/metrics.js';
import { type KnownRuleSets, loadRulesInForce } from '../services/rule-sets/in-force.js';
import {
  readShippedRules,
  RulesRefused,
  type ShippedRules,
} from '../services/rule-sets/versions.js';
import { createWatched, type Watched } from '../runtime/live-value.js';

/**
 * Reads the rules file that `VERDICT_RULES` names. Throws `ConfigError` with every problem in it.
 */
export const shippedRulesAt = (file: string): ShippedRules => {
  try {
    return readShippedRules(file);
  } catch (error) {
    const problems =
      error instanceof RuleSetError ? error.message.split('\n') : ['the file cannot be read'];
    throw new ConfigError(problems.map((problem) => `VERDICT_RULES: ${problem}`));
  }
};

/**
 * The rules in force and the running trial, refreshed each second. A version that this process
 * cannot compile changes nothing, and an unusable challenger is left out. Calls `onFault` once for
 * each spell of failing reads, and once for each refused version.
 */
export const watchRules = (
  db: Queryable,
  shipped: NumberedRuleSet,
  onFault: (error: unknown) => void,
): Watched<RulesInForce> => {
  const known: KnownRuleSets = new Map();
  let reportedVersion: number | undefined;
  const load = async (): Promise<RulesInForce> => {
    try {
      const rules = await loadRulesInForce({ db }, shipped, known);
      reportedVersion = undefined;
      return rules;
    } catch (error) {
      if (!(error instanceof RulesRefused) || error.usable === undefined) throw error;
      if (reportedVersion !== error.version) onFault(error);
      reportedVersion = error.version;
      return error.usable;
    }
  };
  return createWatched<RulesInForce>({ live: shipped, trial: null }, load, onFault);
};

/** The alarm code for a fault of `watchRules`. */
export const rulesAlarmOf = (error: unknown): AlarmCode =>
  error instanceof RulesRefused ? 'rules_refused' : 'controls_failed';
