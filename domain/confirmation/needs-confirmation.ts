import type { ConfirmationFigures } from '../../contracts/v1/confirmation.js';

/** The thresholds above which a change needs an explicit confirmation. */
export interface ConfirmationLimits {
  /** Share of the rules in force, 0 to 1. */
  readonly rulesShare: number;
  /** Share of the answers of the last day, 0 to 1. */
  readonly answersShare: number;
  /** Fewer changed orders than these need no confirmation. */
  readonly answersMin: number;
}

/**
 * True when a change needs a confirmation. What could not be evaluated counts as changed, because
 * it may be.
 */
export const needsConfirmation = (
  { rules, answers }: ConfirmationFigures,
  limits: ConfirmationLimits,
): boolean => {
  if ((rules?.share ?? 0) > limits.rulesShare) return true;
  const { evaluated, undetermined } = answers;
  const changed = answers.changed + undetermined;
  const isShare = changed > limits.answersShare * (evaluated + undetermined);
  return isShare && changed >= limits.answersMin;
};
