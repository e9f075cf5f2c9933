import type { DecisionExplanation, ExplainedHit } from '../../contracts/v1/rules.js';

type Explained = Omit<DecisionExplanation, 'summary'>;

/** What an order in another currency than the banner's was not asked. */
export interface ForeignMoney {
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

const setOf = ({ ruleSet: { version, hash }, policyVersion, trial }: Explained): string => {
  const number = version === null ? 'a rule set of an earlier release' : `rule set ${version}`;
  const arm = trial === null ? '' : ` as ${trial.arm} of trial ${trial.trialId}`;
  return `Decided by ${number} (${hash.slice(0, 12)})${arm} under policy ${policyVersion}.`;
};

/** An explanation in plain sentences, a line each. */
export const summariseExplanation = (explained: Explained, foreign?: ForeignMoney): string => {
  const votes = explained.votes.map(
    ({ source, outcome, label }) => `${source} ${outcome} (${label})`,
  );
  return [
    `Answered ${explained.outcome} with a score of ${explained.totalScore}. ${bandsOf(explained)}`,
    ...rulesOf(explained),
    ...erroredOf(explained),
    ...(foreign === undefined ? [] : [ofMoney(foreign)]),
    `Votes: ${votes.join(', ')}.`,
    setOf(explained),
  ].join('\n');
};
