import type { Facts } from '../facts/catalogue.js';
import type { FactValue } from '../facts/fact-group.js';
import { ownValue } from '../own-value.js';

/**
 * Facts of the rule set itself have names like the catalogue's, so that they are read, stored and
 * displayed alike: `list.vip:email` (the e-mail is on list vip) and `rollout.R50` (the subject's
 * place, 0 to 9999, in the rollout of R50).
 */
export const listGroup = 'list';
export const rolloutGroup = 'rollout';

/** The name, within its group, of the fact that `subject` is on `list`. */
export const listFactOf = (list: string, subject: string): string => `${list}:${subject}`;

/** Splits `group.rest`; the rest may contain dots. */
export const splitFactName = (name: string): readonly [group: string, fact: string] => {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
};

/** The value of a fact by its full name; undefined when its group is absent. */
export const factOf = (facts: Facts, name: string): FactValue | undefined => {
  const [group, fact] = splitFactName(name);
  return ownValue(ownValue(facts, group) ?? {}, fact);
};

/** Full names by group and fact, cached because every order uses them. */
const fullNames = new Map<string, Map<string, string>>();

const fullNameOf = (group: string, fact: string): string => {
  if (group === listGroup || group === rolloutGroup) return `${group}.${fact}`;
  let names = fullNames.get(group);
  if (names === undefined) fullNames.set(group, (names = new Map()));
  let name = names.get(fact);
  if (name === undefined) names.set(fact, (name = `${group}.${fact}`));
  return name;
};

/** All facts by full name, as decisions store them. */
export const flattenFacts = (facts: Facts): Record<string, FactValue> => {
  const flat: Record<string, FactValue> = {};
  for (const [group, values] of Object.entries(facts)) {
    for (const [fact, value] of Object.entries(values)) flat[fullNameOf(group, fact)] = value;
  }
  return flat;
};

/** Stored facts in the form that rules evaluate. */
export const unflattenFacts = (flat: Readonly<Record<string, FactValue>>): Facts => {
  const facts = new Map<string, [fact: string, value: FactValue][]>();
  for (const [name, value] of Object.entries(flat)) {
    const [group, fact] = splitFactName(name);
    const known = facts.get(group);
    if (known === undefined) facts.set(group, [[fact, value]]);
    else known.push([fact, value]);
  }
  return Object.fromEntries(
    [...facts].map(([group, values]) => [group, Object.fromEntries(values)]),
  );
};
