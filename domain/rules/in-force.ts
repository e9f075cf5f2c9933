import type { RolloutSubject } from '../../contracts/rules.js';
import type { SanitisedTransaction } from '../transaction.js';
import { isInRollout, rolloutPlaceOf } from './rollout.js';
import type { RuleSet } from './rule-set.js';

/** A rule set under the number that decisions name; 0 is the shipped file. */
export interface NumberedRuleSet {
  readonly version: number;
  readonly ruleSet: RuleSet;
}

/** A challenger beside the live rule set. */
export interface Trial {
  readonly trialId: string;
  /** `shadow`: evaluated after the answer. `rollout`: decides for a share of the subjects. */
  readonly mode: 'shadow' | 'rollout';
  readonly percent: number;
  readonly by: RolloutSubject;
  readonly challenger: NumberedRuleSet;
}

/** What decides at this moment. */
export interface RulesInForce {
  readonly live: NumberedRuleSet;
  readonly trial: Trial | null;
}

/** Which rule set decides an order, and which versions are evaluated after its answer. */
export interface ChosenRules extends NumberedRuleSet {
  readonly trial?: { readonly trialId: string; readonly arm: 'champion' | 'challenger' };
  readonly shadowVersions: readonly number[];
}

const hasShadowRules = ({ ruleSet }: NumberedRuleSet, transaction: SanitisedTransaction): boolean =>
  ruleSet.of(transaction.banner).shadowRules.length > 0;

/**
 * Chooses for one order. In a rollout the place of the order's subject says which arm it is in, so
 * all orders of a subject fare alike while the trial runs.
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
    // A challenger may have been published meanwhile: each version is evaluated once.
    shadowVersions: [
      ...new Set([...(hasShadowRules(chosen, transaction) ? [chosen.version] : []), ...shadowed]),
    ],
  };
};
