import type { DecisionExplanation, ExplainedHit } from '../../contracts/v1/rules.js';
import { insertAudit } from '../../db/audit.js';
import { type ExplanationRow, findExplanation } from '../../db/decision-explanations.js';
import type { RuleHit } from '../../domain/votes.js';
import type { Context } from '../context.js';
import { fraudProbabilityOf, sayProbability } from '../learned-points/probability.js';
import { type BandsContext, findBands, findMoneyRules } from './bands.js';
import { meaningOf } from './facts.js';

type Explained = Omit<DecisionExplanation, 'summary'>;

/** Rules that did not apply because of an order's foreign currency. */
interface ForeignMoney {
  readonly currency: string;
  readonly homeCurrency: string;
  /** Ids of the rules with limits in the banner's currency. */
  readonly rules: readonly string[];
}

const ofMoney = ({ currency, homeCurrency, rules }: ForeignMoney): string => {
  const named = rules.length === 0 ? '' : ` (${rules.join(', ')})`;
  return (
    `The order is in ${currency}: limits in money are meant in ${homeCurrency} ` +
    `and were silent${named}.`
  );
};

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const ofHit = ({ id, name, points, hard, reason, counted }: ExplainedHit): string => {
  const weight = [...(hard === null ? [] : [`hard ${hard}`]), plural(points, 'point')].join(', ');
  const others = counted.map(
    ({ fact, orders, window }) => ` ${fact}: ${plural(orders, 'other order')} within ${window}.`,
  );
  return `${id} ${name} (${weight}): ${reason}${others.join('')}`;
};

const bandsOf = ({ bands }: Explained): string =>
  bands === null
    ? 'The bands of that time are not known any more.'
    : `Review begins at ${bands.reviewFrom}, reject at ${bands.rejectFrom}.`;

const rulesOf = ({ hits }: Explained): string[] =>
  hits.length === 0
    ? ['No rule tripped.']
    : [`${plural(hits.length, 'rule')} tripped:`, ...hits.map((hit) => `- ${ofHit(hit)}`)];

const erroredOf = ({ erroredRules }: Explained): string[] =>
  erroredRules.map(
    ({ id, name, message }) => `${id} ${name} could not be evaluated (${message}): review.`,
  );

const probabilityOf = ({ fraudProbability, erroredRules }: Explained): string[] => {
  if (erroredRules.length > 0) {
    return [
      'The score lacks what could not be evaluated, so no probability of fraud can be given.',
    ];
  }
  return fraudProbability === null ? [] : [sayProbability(fraudProbability)];
};

const sampledOf = ({ sampledRejectShare: share }: Explained): string[] =>
  share === null
    ? []
    : [
        `It would have been rejected. It is one of the ${Math.round(10_000 * share) / 100} % of ` +
          'rejects that are chosen at random for a person to judge.',
      ];

const setOf = ({ ruleSet: { version, hash }, policyVersion, trial }: Explained): string => {
  const number = version === null ? 'a rule set of an earlier release' : `rule set ${version}`;
  const arm = trial === null ? '' : ` as ${trial.arm} of trial ${trial.trialId}`;
  return `Decided by ${number} (${hash.slice(0, 12)})${arm} under policy ${policyVersion}.`;
};

/** An explanation in plain sentences, one a line. */
const summariseExplanation = (explained: Explained, foreign?: ForeignMoney): string => {
  const votes = explained.votes.map(
    ({ source, outcome, label }) => `${source} ${outcome} (${label})`,
  );
  return [
    `Answered ${explained.outcome} with a score of ${explained.totalScore}. ${bandsOf(explained)}`,
    ...rulesOf(explained),
    ...erroredOf(explained),
    ...probabilityOf(explained),
    ...(foreign === undefined ? [] : [ofMoney(foreign)]),
    `Votes: ${votes.join(', ')}.`,
    ...sampledOf(explained),
    setOf(explained),
  ].join('\n');
};

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
  context: BandsContext,
  row: ExplanationRow,
): Promise<ForeignMoney | undefined> => {
  const { 'tx.currency': currency, 'tx.homeCurrency': homeCurrency } = row.facts;
  const isForeign = typeof currency === 'string' && typeof homeCurrency === 'string';
  if (!isForeign || currency === homeCurrency) return undefined;
  return { currency, homeCurrency, rules: await findMoneyRules(context, row) };
};

/**
 * Explains an order's first answer from what is stored with its decision; undefined without a
 * decision. It holds no personal data.
 */
export const explainDecision = async (
  context: BandsContext,
  transactionId: string,
): Promise<DecisionExplanation | undefined> => {
  const row = await findExplanation(context.db, transactionId);
  if (row === undefined) return undefined;
  const explained = {
    transactionId,
    banner: row.banner,
    decidedAt: row.decided_at.toISOString(),
    outcome: row.outcome,
    totalScore: row.total_score,
    bands: (await findBands(context, row)) ?? null,
    ruleSet: { version: row.rule_set_version, hash: row.rule_set_hash },
    policyVersion: row.policy_version,
    sampledRejectShare: row.sampled_reject_share,
    trial:
      row.trial_id === null || row.trial_arm === null
        ? null
        : { trialId: row.trial_id, arm: row.trial_arm },
    hits: row.hits.map(showHit),
    erroredRules: row.errored_rules.map(({ id, name, message }) => ({ id, name, message })),
    votes: row.votes.map(({ source, outcome, label }) => ({ source, outcome, label })),
    fraudProbability: await fraudProbabilityOf(context, {
      ...{ banner: row.banner, ruleSetHash: row.rule_set_hash, totalScore: row.total_score },
      erroredRules: row.errored_rules,
    }),
  };
  return {
    ...explained,
    summary: summariseExplanation(explained, await foreignMoneyOf(context, row)),
  };
};

/** Audits that somebody read the explanation of an order. */
export const auditReading = (
  { db, actor, now }: Context<'actor' | 'now'>,
  opened: { readonly what: 'explanation'; readonly transactionId: string },
): Promise<void> =>
  insertAudit(db, {
    actor: actor.name,
    action: `${opened.what}.read`,
    object: opened.transactionId,
    at: now,
  });
