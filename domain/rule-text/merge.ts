import { type Document, isMap, isSeq, type Node, type YAMLSeq } from 'yaml';
import type { RebaseChoice } from '../../contracts/v1/rule-set-changes.js';
import { isSame, partsOf, type RulePart, type RuleSetContent } from './compare.js';

/** The changes that the draft takes over from the rules in force. */
interface Merge {
  readonly take: readonly {
    readonly part: Pick<RulePart, 'banner' | 'rule'>;
    /** False when the rules in force no longer have it. */
    readonly isThere: boolean;
  }[];
  /** The draft takes the order of the rules in force. */
  readonly takeOrder: boolean;
  /** Names of parts that both sides changed differently and for which no choice was given. */
  readonly conflicts: readonly string[];
}

/** `R50`, `bands`, `bay:R50` or `bay:bands`. */
const nameOf = ({ banner, rule }: Pick<RulePart, 'banner' | 'rule'>): string => {
  const what = rule ?? 'bands';
  return banner === null ? what : `${banner}:${what}`;
};

const orderName = 'order';

/** The ids that all rule sets share, so that two results can differ in order only. */
const orderIn = ({ rules }: RuleSetContent, others: readonly RuleSetContent[]): string[] =>
  rules
    .map(({ id }) => id)
    .filter((id) => others.every((other) => other.rules.some((rule) => rule.id === id)));

type Side = 'base' | 'inForce' | 'draft' | 'conflict';

/** The side whose version is kept: the one that changed it. */
const sideOf = (base: unknown, inForce: unknown, draft: unknown): Side => {
  if (isSame(inForce, draft)) return 'base';
  if (isSame(inForce, base)) return 'draft';
  return isSame(draft, base) ? 'inForce' : 'conflict';
};

/**
 * Three-way merge by rule, override and bands. A change of one side is kept; different changes of
 * both sides are a conflict, unless `choices` names a side.
 */
export const mergeRuleSets = (
  base: RuleSetContent,
  inForce: RuleSetContent,
  draft: RuleSetContent,
  choices: ReadonlyMap<string, RebaseChoice>,
): Merge => {
  const chosen = (name: string, side: Side): Side => {
    const choice = choices.get(name);
    if (side !== 'conflict' || choice === undefined) return side;
    return choice === 'in_force' ? 'inForce' : 'draft';
  };
  const [was, is, own] = [partsOf(base), partsOf(inForce), partsOf(draft)];
  const keys = [...new Set([...is.keys(), ...was.keys(), ...own.keys()])];
  const parts = keys.flatMap((key) => {
    const part = is.get(key) ?? was.get(key) ?? own.get(key);
    if (part === undefined) return [];
    const fieldsOf = (all: ReadonlyMap<string, RulePart>) => all.get(key)?.fields ?? null;
    const side = sideOf(fieldsOf(was), fieldsOf(is), fieldsOf(own));
    return [{ part, isThere: is.has(key), side: chosen(nameOf(part), side) }];
  });
  const all = [base, inForce, draft];
  const order = chosen(
    orderName,
    sideOf(orderIn(base, all), orderIn(inForce, all), orderIn(draft, all)),
  );
  return {
    take: parts.filter(({ side }) => side === 'inForce'),
    takeOrder: order === 'inForce',
    conflicts: [
      ...parts.filter(({ side }) => side === 'conflict').map(({ part }) => nameOf(part)),
      ...(order === 'conflict' ? [orderName] : []),
    ],
  };
};

/** Wider than most texts, so that folded lines of unchanged rules mostly stay as they are. */
export const lineWidth = 100;

const rulesOf = (document: Document): YAMLSeq => {
  const rules = document.get('rules', true);
  if (!isSeq(rules)) throw new Error('a checked text has no list of rules');
  return rules;
};

const idOf = (item: unknown): unknown => (isMap(item) ? item.get('id') : undefined);

const indexOf = (rules: YAMLSeq, id: unknown): number =>
  rules.items.findIndex((item) => idOf(item) === id);

/** The index for a rule that is new here: after its predecessor in the other text, if present. */
const placeFor = (rules: YAMLSeq, there: YAMLSeq, id: string): number => {
  for (let at = indexOf(there, id) - 1; at >= 0; at -= 1) {
    const place = indexOf(rules, idOf(there.items[at]));
    if (place >= 0) return place + 1;
  }
  return 0;
};

const takeRule = (document: Document, there: Document, id: string, isThere: boolean): void => {
  const [rules, others] = [rulesOf(document), rulesOf(there)];
  const at = indexOf(rules, id);
  if (!isThere) {
    if (at >= 0) rules.items.splice(at, 1);
    return;
  }
  const node = (others.items[indexOf(others, id)] as Node).clone();
  if (at >= 0) rules.items[at] = node;
  else rules.items.splice(placeFor(rules, others, id), 0, node);
};

const takeSetting = (
  document: Document,
  there: Document,
  path: readonly string[],
  isThere: boolean,
): void => {
  if (!isThere) {
    document.deleteIn(path);
    return;
  }
  document.setIn(path, (there.getIn(path, true) as Node).clone());
};

/** Sorts the rules that both texts have into the order of the other one. */
const takeOrder = (document: Document, there: Document): void => {
  const [rules, others] = [rulesOf(document), rulesOf(there)];
  const places = rules.items.flatMap((item, at) => (indexOf(others, idOf(item)) >= 0 ? [at] : []));
  const sorted = places
    .map((at) => rules.items[at])
    .toSorted((one, other) => indexOf(others, idOf(one)) - indexOf(others, idOf(other)));
  for (const [index, at] of places.entries()) rules.items[at] = sorted[index];
};

/**
 * Applies a merge to a document and prints it. Comments and the order of other parts stay. Both
 * documents are valid rule sets; the first one is modified.
 */
export const mergeText = (
  document: Document,
  there: Document,
  { take, takeOrder: isTaken }: Merge,
): string => {
  for (const { part, isThere } of take) {
    const { banner, rule } = part;
    const inBanner = banner === null ? [] : ['banners', banner];
    if (rule === null) takeSetting(document, there, [...inBanner, 'bands'], isThere);
    else if (banner === null) takeRule(document, there, rule, isThere);
    else takeSetting(document, there, [...inBanner, 'rules', rule], isThere);
  }
  if (isTaken) takeOrder(document, there);
  return document.toString({ lineWidth });
};
