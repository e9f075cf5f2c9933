import { factGroups } from '../facts/catalogue.js';
import { didYouMean, nearestName } from '../nearest-name.js';
import { ownValue } from '../own-value.js';

const allFacts = Object.entries(factGroups).flatMap(([group, { specs }]) =>
  Object.keys(specs).map((fact) => `${group}.${fact}`),
);

const factsNamed = (fact: string): string[] =>
  allFacts.filter((full) => full.slice(full.indexOf('.') + 1).toLowerCase() === fact.toLowerCase());

/** A cache: a text with one mistake in many places needs the same hint many times. */
const known = new Map<string, string>();
const knownMax = 500;

const groups = Object.keys(factGroups);

const factsOf = (group: string): string[] =>
  Object.keys(ownValue(factGroups, group)?.specs ?? {}).map((fact) => `${group}.${fact}`);

/** Searches the facts of one group only, because a text may hold thousands of mistakes. */
const nearestFact = (name: string, group: string, fact: string): string | undefined => {
  const isGroup = Object.hasOwn(factGroups, group);
  if (isGroup) return nearestName(name, factsOf(group)) ?? factsNamed(fact)[0];
  const meant = nearestName(group, groups);
  const own = meant === undefined ? undefined : nearestName(`${meant}.${fact}`, factsOf(meant));
  return own ?? factsNamed(fact)[0];
};

const findFactHint = (name: string): string => {
  const [group = '', fact] = name.split('.');
  if (fact === undefined) return didYouMean(factsNamed(name)[0] ?? nearestName(name, allFacts));
  const nearest = nearestFact(name, group, fact);
  if (nearest === undefined && /date|time$/i.test(fact)) {
    return '; a condition knows no dates, only ages such as customer.accountAgeDays';
  }
  return didYouMean(nearest);
};

/** `; did you mean tx.orderTotal?` for an unknown fact name; empty without a near one. */
export const factHint = (name: string): string => {
  const found = known.get(name);
  if (found !== undefined) return found;
  if (known.size >= knownMax) known.clear();
  const hint = findFactHint(name);
  known.set(name, hint);
  return hint;
};
