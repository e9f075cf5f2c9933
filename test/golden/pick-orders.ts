import { scorePopulation } from '../../bench/population/evaluate.js';
import { generatePopulation } from '../../bench/population/generate.js';
import type { Settings } from '../../contracts/settings.js';
import { type History, sharedKinds } from '../../domain/history.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import type { KnownOrder } from './golden-order.js';

const plan = { seed: 11, size: 3000 } as const;

/** Orders with long histories or many lines say no more than others, and fill the file. */
const rowsMax = 18;
const linesMax = 3;

const rowsOf = (history: History): number =>
  sharedKinds.reduce((sum, kind) => sum + history[kind].length, 0);

/**
 * Orders of the population: for each way of fraud one of each outcome, for each kind of honest
 * customer one, and one for each rule.
 */
export const pickOrders = (ruleSet: RuleSet, settings: Settings): readonly KnownOrder[] => {
  const picked: KnownOrder[] = [];
  const covered = new Set<string>();
  const orders = generatePopulation(plan.seed, plan.size);
  for (const { order, history, score } of scorePopulation(ruleSet, settings, orders)) {
    const kind = order.truth === 'honest' ? order.story : order.truth;
    const reasons = [
      order.truth === 'honest' ? kind : `${kind}, ${score.outcome}`,
      ...score.hits.map(({ id }) => id),
    ];
    const isNew = reasons.some((reason) => !covered.has(reason));
    const { items } = order.transaction;
    if (!isNew || rowsOf(history) > rowsMax || items.length > linesMax) continue;
    for (const reason of reasons) covered.add(reason);
    const name = `${order.truth === 'honest' ? 'honest: ' : ''}${kind} ${picked.length + 1}`;
    const { receivedAtMs, transaction } = order;
    picked.push({ name, receivedAtMs, order: transaction, history });
  }
  return picked;
};
