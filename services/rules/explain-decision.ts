import type { DecisionExplanation, ExplainedHit } from '../../contracts/v1/rules.js';
import { type ExplanationRow, findExplanation } from '../../db/decision-explanations.js';
import type { RuleHit } from '../../domain/votes.js';
import { type BandsDeps, findBands, findMoneyRules } from './find-bands.js';
import { meaningOf } from './meaning-of.js';
import { type ForeignMoney, summariseExplanation } from './summarise-explanation.js';

const showHit = ({ id, name, points, hard, reason, facts, counted }: RuleHit): ExplainedHit => ({
  id,
  name,
  points,
  hard: hard ?? null,
  reason,
  facts: Object.entries(facts ?? {})
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([fact, value]) => ({ name: fact, value, meaning: meaningOf(fact) })),
  counted: (counted ?? []).map(({ fact, window, orders, transactionIds }) => ({
    fact,
    window,
    orders,
    links: transactionIds.map((other) => `/transaction/${other}`),
  })),
});

const foreignMoneyOf = async (
  deps: BandsDeps,
  row: ExplanationRow,
): Promise<ForeignMoney | undefined> => {
  const { 'tx.currency': currency, 'tx.homeCurrency': homeCurrency } = row.facts;
  const isForeign = typeof currency === 'string' && typeof homeCurrency === 'string';
  if (!isForeign || currency === homeCurrency) return undefined;
  return { currency, homeCurrency, rules: await findMoneyRules(deps, row) };
};

/**
 * Why an order was first answered as it was, from what is stored with its decision; undefined
 * while there is none. It holds nothing personal. Throws `TemporarilyUnavailable`.
 */
export const explainDecision = async (
  deps: BandsDeps,
  transactionId: string,
): Promise<DecisionExplanation | undefined> => {
  const row = await findExplanation(deps.db, transactionId);
  if (row === undefined) return undefined;
  const explained = {
    transactionId,
    banner: row.banner,
    decidedAt: row.decided_at.toISOString(),
    outcome: row.outcome,
    totalScore: row.total_score,
    bands: (await findBands(deps, row)) ?? null,
    ruleSet: { version: row.rule_set_version, hash: row.rule_set_hash },
    policyVersion: row.policy_version,
    trial:
      row.trial_id === null || row.trial_arm === null
        ? null
        : { trialId: row.trial_id, arm: row.trial_arm },
    hits: row.hits.map(showHit),
    erroredRules: row.errored_rules.map(({ id, name, message }) => ({ id, name, message })),
    votes: row.votes.map(({ source, outcome, label }) => ({ source, outcome, label })),
  };
  return {
    ...explained,
    summary: summariseExplanation(explained, await foreignMoneyOf(deps, row)),
  };
};
