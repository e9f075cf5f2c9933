import type { Facts } from '../facts/catalogue.js';
import { groupBy } from '../group-by.js';
import { ownValue } from '../own-value.js';
import type { FactValue } from '../facts/fact-group.js';
import { listFactOf, listGroup, rolloutGroup, splitFactName } from '../rules/fact-name.js';
import type { RuleSet } from '../rules/rule-set.js';
import type { Banner } from '../../contracts/hbc/transaction.js';

/**
 * Picks the facts that a rule set reads from an order's stored facts. This takes a third of the
 * time of unflattening all of them. A fact that was not stored is absent.
 */
export const createFactPicker = (ruleSet: RuleSet, banners: readonly Banner[]) => {
  const rollouts = banners.flatMap((banner) => Object.keys(ruleSet.of(banner).rollouts));
  const names = new Set([
    ...ruleSet.factNames,
    ...ruleSet.lists.map(({ list, subject }) => `${listGroup}.${listFactOf(list, subject)}`),
    ...rollouts.map((id) => `${rolloutGroup}.${id}`),
    // Tells whether the order's total is in the banner's own currency.
    'tx.homeCurrency',
  ]);
  const split = [...names].map((name) => [name, ...splitFactName(name)] as const);
  const groups = groupBy(split, ([, group]) => group);
  // Group by group, so that the objects of one group have the same shape for every order.
  const wanted = [...groups].map(
    ([group, facts]) => [group, facts.map(([name, , fact]) => [name, fact] as const)] as const,
  );
  return (stored: Readonly<Record<string, FactValue>>): Facts => {
    const facts: Record<string, Record<string, FactValue>> = {};
    for (const [group, own] of wanted) {
      const values: Record<string, FactValue> = {};
      for (const [name, fact] of own) {
        const value = ownValue(stored, name);
        if (value !== undefined) values[fact] = value;
      }
      facts[group] = values;
    }
    return facts;
  };
};
