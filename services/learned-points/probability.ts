import type { FraudProbability } from '../../contracts/v1/points-fits.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import { findScoreProbabilities } from '../../db/score-probabilities.js';
import { printShare } from '../../domain/case/figures.js';
import { stepOf } from '../../domain/fit/probability.js';
import type { Context } from '../context.js';

interface Scored {
  readonly banner: Banner;
  /** The rule set that gave the score. */
  readonly ruleSetHash: string;
  readonly totalScore: number;
  /** The rules that could not be evaluated: their points are missing in the score. */
  readonly erroredRules: readonly unknown[];
}

/** 1 in how many; null where none of the orders was fraud, or more than half. */
const oneInOf = (probability: number): number | null =>
  probability === 0 || probability > 0.5 ? null : Math.round(1 / probability);

/**
 * The estimated probability of fraud of an order with a score, as held-out orders of the same rule
 * set turned out; null while no fit had enough labels for that rule set. Also null where a rule
 * could not be evaluated: nobody knows the whole score, and fits learn from whole ones only.
 */
export const fraudProbabilityOf = async (
  { db }: Context,
  { banner, ruleSetHash, totalScore, erroredRules }: Scored,
): Promise<FraudProbability | null> => {
  if (erroredRules.length > 0) return null;
  const found = await findScoreProbabilities(db, ruleSetHash, banner);
  const step = found && stepOf(found.steps, totalScore);
  if (step === undefined || found === undefined) return null;
  const next = found.steps[found.steps.indexOf(step) + 1];
  return {
    ...step,
    belowScore: next?.fromScore ?? null,
    oneIn: oneInOf(step.probability),
    fitId: found.fitId,
    cut: found.cut.toISOString(),
  };
};

/** The scores of an estimate in words, such as `a score from 40 to 47`. */
export const rangeOf = ({
  fromScore,
  belowScore,
}: Pick<FraudProbability, 'fromScore' | 'belowScore'>): string => {
  if (fromScore === null) return belowScore === null ? 'any score' : `a score below ${belowScore}`;
  if (belowScore === null) return `a score of ${fromScore} or more`;
  const last = belowScore - 1;
  return last === fromScore ? `a score of ${last}` : `a score from ${fromScore} to ${last}`;
};

/** The estimate in a sentence, with its basis. */
export const sayProbability = (estimate: FraudProbability): string => {
  const { orders, frauds, probability, oneIn, low, high, cut } = estimate;
  const share = frauds === 0 ? 'no fraud' : `${printShare(probability)} fraud`;
  const likeness = oneIn === null ? share : `fraud like 1 in ${oneIn}`;
  return (
    `Of ${orders} earlier orders with ${rangeOf(estimate)}: ${likeness} ` +
    `(95 % interval ${printShare(low)} to ${printShare(high)}, labels until ${cut.slice(0, 10)}).`
  );
};
