import { createHash } from 'node:crypto';
import type { Bands } from '../../contracts/rules.js';
import type { Settings } from '../../contracts/settings.js';
import type { History } from '../../domain/history.js';
import { noLookups } from '../../domain/lookups.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { scoreTransaction } from '../../domain/rules/score-transaction.js';
import type { LocalScore } from '../../domain/votes.js';
import { type Figures, figuresOf, type ScoredOrder } from './figures.js';
import { generatePopulation, type PopulationOrder } from './generate.js';
import { createMemoryHistory } from './memory-history.js';

/** The duration of an answer; later orders can see the outcome only after it. */
const answeredAfterMs = 1000;

interface Judged {
  readonly order: PopulationOrder;
  readonly history: History;
  readonly score: LocalScore;
  readonly bands: Bands;
}

/**
 * The measured orders with the history that each could see, and with their scores. There are no
 * list entries, no outside evidence and no mounted tables.
 */
export function* scorePopulation(
  ruleSet: RuleSet,
  settings: Settings,
  orders: Iterable<PopulationOrder>,
): Generator<Judged> {
  const memory = createMemoryHistory();
  for (const order of orders) {
    const { transactionId, transaction, receivedAtMs, label } = order;
    memory.add(order);
    // Other orders see the label from its own time on.
    if (label !== undefined) memory.label(transactionId, label.kind, label.atMs);
    if (!order.isMeasured) continue;
    const history = memory.of(transactionId);
    const known = { history, listings: [], evidence: [], lookups: noLookups };
    const score = scoreTransaction(ruleSet, transaction, { receivedAtMs, settings, ...known });
    const answeredAtMs = receivedAtMs + answeredAfterMs;
    if (score.outcome === 'review') memory.review(transactionId, answeredAtMs);
    if (score.outcome === 'reject') memory.reject(transactionId, answeredAtMs);
    const { banner } = transaction;
    const bands = ruleSet.of(banner).bands ?? settings.banners[banner].bands;
    yield { order, history, score, bands };
  }
}

export interface Evaluation extends Figures {
  readonly seed: number;
  readonly size: number;
  /** Equal for equal orders and equal answers. */
  readonly digest: string;
}

const scoredOrder = ({ order, score, bands }: Judged): ScoredOrder => ({
  ...{ truth: order.truth, story: order.story },
  ...{ totalScore: score.totalScore, outcome: score.outcome },
  reviewFrom: bands.reviewFrom,
  hits: score.hits.map(({ id, name, points, hard }) => {
    return { id, name, points, isHard: hard !== undefined };
  }),
  errored: score.erroredRules.map(({ id }) => id),
});

/** The orders of a population in order of time, about `size` of them measured. */
export type Generate = (seed: number, size: number) => Iterable<PopulationOrder>;

/**
 * Scores a whole population by a rule set and measures how well it separates fraud from honest
 * orders.
 */
export const evaluatePopulation = (
  ruleSet: RuleSet,
  settings: Settings,
  { seed, size }: { readonly seed: number; readonly size: number },
  generate: Generate = generatePopulation,
): Evaluation => {
  const digest = createHash('sha256');
  const orders: ScoredOrder[] = [];
  for (const judged of scorePopulation(ruleSet, settings, generate(seed, size))) {
    const scored = scoredOrder(judged);
    orders.push(scored);
    digest.update(JSON.stringify([judged.order.transactionId, judged.order.receivedAtMs, scored]));
  }
  return { seed, size, digest: digest.digest('hex').slice(0, 16), ...figuresOf(orders) };
};
