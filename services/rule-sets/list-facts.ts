import type { FactCatalogue } from '../../contracts/v1/rule-sets.js';
import { factGroups } from '../../domain/facts/catalogue.js';
import { listableSubjects } from '../../domain/listing.js';

/** Everything that a rule may read, by the names that rules write. */
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
