import type { RolloutSubject } from '../../contracts/rules.js';
import type { SanitisedTransaction } from '../transaction.js';
import { isInRollout, rolloutPlaceOf } from './rollout.js';
import type { RuleSet } from './rule-set.js';

/** A rule set with the version number that decisions name; 0 is the shipped file. */
export interface NumberedRuleSet {
  readonly version: number;
  readonly ruleSet: RuleSet;
}

/** A challenger that runs beside the live rule set. */
export interface Trial {
  readonly trialId: string;
  /** `shadow`: evaluated after the answer. `rollout`: decides for a share of the subjects. */
  readonly mode: 'shadow' | 'rollout';
  readonly percent: number;
  readonly by: RolloutSubject;
  readonly challenger: NumberedRuleSet;
}

/** The live rule set and the running trial, if any. */
export interface RulesInForce {
  readonly live: NumberedRuleSet;
  readonly trial: Trial | null;
}

/** The rule set that decides an order, and the versions evaluated after its answer. */
export interface ChosenRules extends NumberedRuleSet {
  readonly trial?: { readonly trialId: string; readonly arm: 'champion' | 'challenger' };
  readonly shadowVersions: readonly number[];
}

const hasShadowRules = ({ ruleSet }: NumberedRuleSet, transaction: SanitisedTransaction): boolean =>
  ruleSet.of(transaction.banner).shadowRules.length > 0;

/**
 * Chooses the rule set for one order. In a rollout the place of the order's subject picks the arm,
 * so all orders of a subject get the same rules during the trial.
 */
export const chooseRules = (
  { live, trial }: RulesInForce,
  transaction: SanitisedTransaction,
): ChosenRules => {
  const isChallenger =
    trial?.mode === 'rollout' &&
    isInRollout(rolloutPlaceOf(trial.trialId, transaction, trial.by), trial);
  const chosen = isChallenger ? trial.challenger : live;
  const shadowed = trial?.mode === 'shadow' ? [trial.challenger.version] : [];
  return {
    ...chosen,
    ...(trial && {
      trial: { trialId: trial.trialId, arm: isChallenger ? 'challenger' : 'champion' },
    }),
    // The live set may already be the challenger's version, so versions are deduplicated.
    shadowVersions: [
      ...new Set([...(hasShadowRules(chosen, transaction) ? [chosen.version] : []), ...shadowed]),
    ],
  };
};
