import type { FactDifferenceCause } from '../../contracts/v1/backtests.js';
import { factGroups } from '../facts/catalogue.js';
import type { FactNeed, FactValue } from '../facts/fact-group.js';
import { ownValue } from '../own-value.js';
import { splitFactName } from '../rules/fact-name.js';

type FlatFacts = Readonly<Record<string, FactValue>>;

/** Groups that read mounted tables, which are those of now and not those of then. */
const tableGroups: ReadonlySet<string> = new Set(['ip', 'bin']);

const causeOfNeed: Readonly<Record<FactNeed, FactDifferenceCause>> = {
  history: 'history',
  listings: 'lists',
  evidence: 'evidence',
};

/** Where a fact comes from, which is all that can be known of why it differs. */
export const causeOf = (fact: string): FactDifferenceCause => {
  const [group] = splitFactName(fact);
  if (tableGroups.has(group)) return 'tables';
  if (group === 'list') return 'lists';
  const [need] = ownValue(factGroups, group)?.needs ?? [];
  return need === undefined ? 'settings' : causeOfNeed[need];
};

/**
 * Names of the stored facts that come out otherwise when they are computed again. Facts whose
 * source was not `loaded`, and those that one side never had, are not compared.
 */
export const differingFacts = (
  stored: FlatFacts,
  recomputed: FlatFacts,
  loaded: ReadonlySet<FactNeed>,
): string[] =>
  Object.entries(stored).flatMap(([name, value]) => {
    const now = ownValue(recomputed, name);
    if (now === value) return [];
    const group = ownValue(factGroups, splitFactName(name)[0]);
    // Lists and rollouts are facts of the rule set that decided: this one may not have them.
    if (group === undefined) return now === undefined ? [] : [name];
    return group.needs.every((need) => loaded.has(need)) ? [name] : [];
  });
