import type { Settings } from '../../contracts/settings.js';
import type { Outcome } from '../../contracts/hbc/decision.js';
import { readFacts } from '../facts/catalogue.js';
import { type History, noHistory } from '../history.js';
import { mostSevere } from '../severity.js';
import type { SanitisedTransaction } from '../transaction.js';
import type { LocalScore, RuleHit } from '../votes.js';
import type { RuleSet } from './load-rule-set.js';
import { factOf } from './reason.js';

/** Shown with every score though no rule reads it: the total against the sum of its parts. */
const explanation = ['tx.sumDifference', 'tx.sumMismatch'];

type Bands = Settings['banners']['lat']['bands'];

const outcomeOfScore = (totalScore: number, { reviewFrom, rejectFrom }: Bands): Outcome => {
  if (totalScore >= rejectFrom) return 'reject';
  return totalScore >= reviewFrom ? 'review' : 'accept';
};

const hardOutcomes = (hits: readonly RuleHit[]): Outcome[] =>
  hits.flatMap(({ hard }) => hard ?? []);

/**
 * Scores one transaction. The outcome is the most severe of the score's band, every hard rule
 * that tripped, and review if any rule was errored: a declined authorisation is never accepted,
 * and never keeps a score from rejecting. Pure: the same arguments give the same score.
 */
export const scoreTransaction = (
  ruleSet: RuleSet,
  transaction: SanitisedTransaction,
  context: { receivedAtMs: number; settings: Settings; history?: History },
): LocalScore => {
  const { receivedAtMs, settings, history = noHistory } = context;
  const facts = readFacts({ transaction, settings, receivedAtMs, history });
  const { hits, erroredRules } = ruleSet.evaluate(facts);
  const totalScore = hits.reduce((sum, hit) => sum + hit.points, 0);
  const { bands } = settings.banners[transaction.banner];
  return {
    totalScore,
    outcome: mostSevere([
      outcomeOfScore(totalScore, bands),
      ...hardOutcomes(hits),
      ...(erroredRules.length > 0 ? (['review'] as const) : []),
    ]),
    hits,
    erroredRules,
    facts: Object.fromEntries(
      [...explanation, ...ruleSet.factNames].flatMap((name) => {
        const value = factOf(facts, name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    ruleSetHash: ruleSet.hash,
  };
};
