import { ownValue } from '../own-value.js';
import type { FactValue } from './fact-group.js';

/**
 * `evidence.disputes180d` counts chargebacks that are no fraud. In earlier releases, which did not
 * tell these from fraud, it was the name of what is `evidence.frauds180d` now.
 */
const disputes = 'evidence.disputes180d';
const frauds = 'evidence.frauds180d';

/** White space as CEL takes it, also as JSON writes it. */
const anyName = /(evidence(?:\s|\\[nrt])*\.(?:\s|\\[nrt])*)(disputes180d|frauds180d)\b/g;

/**
 * A text with each fact under the name that earlier releases knew it by, and a fact that they did
 * not know under a name that they did not know. Rules that only have it otherwise are the same
 * rules, under the same hash.
 */
export const withFirstNames = (text: string): string =>
  text.replaceAll(anyName, (_, group: string, name: string) =>
    name === 'frauds180d' ? `${group}disputes180d` : `${group}disputes180d of labels`,
  );

/**
 * The stored facts of a decision under their names of today. All facts of a group are stored, so
 * that one of an earlier release is known by what it lacks. Changes `facts` in place: backtests
 * read millions of them.
 */
export const withNamesOfToday = (facts: Record<string, FactValue>): Record<string, FactValue> => {
  const known = ownValue(facts, disputes);
  if (known === undefined || ownValue(facts, frauds) !== undefined) return facts;
  facts[frauds] = known;
  facts[disputes] = 0;
  return facts;
};
