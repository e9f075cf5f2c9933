import type { ConfirmationFigures } from '../../contracts/v1/confirmation.js';

/** From where on a change is one that somebody must have meant. */
export interface ConfirmationLimits {
  /** Of the rules in force, 0 to 1. */
  readonly rulesShare: number;
  /** Of the answers of the last day, 0 to 1. */
  readonly answersShare: number;
  /** Fewer changed orders than these need no confirmation. */
  readonly answersMin: number;
}

/**
 * True when a change does more than is done without a second thought. What could not be determined
 * counts as changed: nobody can know that it is not.
 */
export const isMuch = (
  { rules, answers }: ConfirmationFigures,
  limits: ConfirmationLimits,
): boolean => {
  if ((rules?.share ?? 0) > limits.rulesShare) return true;
  const { evaluated, undetermined } = answers;
  const changed = answers.changed + undetermined;
  const isShare = changed > limits.answersShare * (evaluated + undetermined);
  return isShare && changed >= limits.answersMin;
};
