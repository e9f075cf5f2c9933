import { ownValue } from '../own-value.js';
import type { FactValue } from './fact-group.js';

/**
 * Chargebacks that are not fraud. Earlier releases did not separate them from fraud and used this
 * name for what is `evidence.frauds180d` now.
 */
const disputes = 'evidence.disputes180d';
const frauds = 'evidence.frauds180d';

/** Either name; white space between its parts as CEL allows it, also in JSON escapes. */
const anyName = /(evidence(?:\s|\\[nrt])*\.(?:\s|\\[nrt])*)(disputes180d|frauds180d)\b/g;

/**
 * Replaces each renamed fact by its original name, and a fact that earlier releases lacked by a
 * name that they lacked too. Rule sets that differ only in these names keep the same hash.
 */
export const withFirstNames = (text: string): string =>
  text.replaceAll(anyName, (_, group: string, name: string) =>
    name === 'frauds180d' ? `${group}disputes180d` : `${group}disputes180d of labels`,
  );

/**
 * Gives the stored facts of a decision their current names. A decision stores all facts of a group,
 * so the missing one tells which release wrote it. Changes `facts` in place: backtests read
 * millions of them.
 */
export const withNamesOfToday = (facts: Record<string, FactValue>): Record<string, FactValue> => {
  const known = ownValue(facts, disputes);
  if (known === undefined || ownValue(facts, frauds) !== undefined) return facts;
  facts[frauds] = known;
  facts[disputes] = 0;
  return facts;
};
