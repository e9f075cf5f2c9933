import type { FactCatalogue } from '../../contracts/v1/rule-sets.js';
import { factGroups, factSpecOf } from '../../domain/facts/catalogue.js';
import { listableSubjects } from '../../domain/listing.js';
import { listGroup, rolloutGroup, splitFactName } from '../../domain/rules/fact-name.js';

/** The meaning of a fact in one sentence; null for one that only an earlier version had. */
export const meaningOf = (name: string): string | null => {
  const [group, rest] = splitFactName(name);
  if (group === rolloutGroup)
    return `The position of the order in the rollout of ${rest}, 0 to 9999.`;
  if (group === listGroup) {
    const [list, subject] = rest.split(':', 2);
    return `The ${subject} of the order is on the list ${list}.`;
  }
  return factSpecOf(name)?.meaning ?? null;
};

/** Every fact that a rule may read, under the names that rules use. */
export const listFacts = (): FactCatalogue => ({
  facts: Object.entries(factGroups).flatMap(([group, { specs }]) =>
    Object.entries(specs).map(([name, { type, meaning, codes }]) => ({
      name: `${group}.${name}`,
      type,
      meaning,
      codes: codes === undefined ? null : [...codes],
    })),
  ),
  subjects: listableSubjects.map((subject) => `subject.${subject}`),
});
