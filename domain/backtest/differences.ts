import type { FactDifferenceCause } from '../../contracts/v1/backtests.js';
import { factGroups } from '../facts/catalogue.js';
import type { FactNeed, FactValue } from '../facts/fact-group.js';
import { ownValue } from '../own-value.js';
import { splitFactName } from '../rules/fact-name.js';

type FlatFacts = Readonly<Record<string, FactValue>>;

/**
 * Groups that read mounted tables. A recomputation reads today's tables, not those of the decision.
 */
const tableGroups: ReadonlySet<string> = new Set(['ip', 'bin']);

const causeOfNeed: Readonly<Record<FactNeed, FactDifferenceCause>> = {
  history: 'history',
  listings: 'lists',
  evidence: 'evidence',
};

/** The source of a fact: the only thing known about why it differs. */
export const causeOf = (fact: string): FactDifferenceCause => {
  const [group] = splitFactName(fact);
  if (tableGroups.has(group)) return 'tables';
  if (group === 'list') return 'lists';
  const [need] = ownValue(factGroups, group)?.needs ?? [];
  return need === undefined ? 'settings' : causeOfNeed[need];
};

/**
 * Names of the stored facts whose recomputed value differs. It skips facts whose source was not
 * `loaded` and facts that only one side has.
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
    // List and rollout facts belong to the rule set that decided; the tried one may not have them.
    if (group === undefined) return now === undefined ? [] : [name];
    return group.needs.every((need) => loaded.has(need)) ? [name] : [];
  });
