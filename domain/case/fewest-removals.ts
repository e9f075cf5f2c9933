import type { Verdict } from '../../contracts/hbc/decision.js';
import type { Bands } from '../../contracts/rules.js';
import type { ErroredRule, RuleHit } from '../votes.js';

/** What the vote of the rules was computed from. */
export interface LocalInputs {
  readonly hits: readonly RuleHit[];
  readonly erroredRules: readonly ErroredRule[];
  readonly bands: Bands;
}

/** Sets of rule ids, all of the smallest size. */
export interface Removals {
  readonly sets: readonly (readonly string[])[];
  /** There are more sets of this size than were asked for. */
  readonly isMore: boolean;
}

interface Removable {
  readonly id: string;
  /** How far its removal moves the sum towards the goal; above 0. */
  readonly gain: number;
}

const idsOf = (rules: readonly Removable[]): string[] => rules.map(({ id }) => id);

/** The heaviest `count` of the rest add up to at most this. */
const bestOf = (rules: readonly Removable[], from: number, count: number): number =>
  rules.slice(from, from + count).reduce((sum, { gain }) => sum + gain, 0);

/**
 * The smallest sets of rules that together gain at least `needed`, heaviest first. The greedy
 * choice gives their size. The search leaves a branch as soon as its best case is too little, so
 * it visits little more than what it returns.
 */
const smallestSets = (
  given: readonly Removable[],
  needed: number,
  setsMax: number,
): Removals | undefined => {
  if (needed <= 0) return { sets: [[]], isMore: false };
  const rules = given.toSorted(
    (one, other) => other.gain - one.gain || (one.id < other.id ? -1 : 1),
  );
  const size = rules.findIndex((_, index) => bestOf(rules, 0, index + 1) >= needed) + 1;
  if (size === 0) return undefined;
  const sets: string[][] = [];
  const search = (from: number, chosen: readonly Removable[], gained: number): void => {
    const left = size - chosen.length;
    if (left === 0) {
      sets.push(idsOf(chosen));
      return;
    }
    for (let index = from; index + left <= rules.length; index += 1) {
      if (sets.length > setsMax || gained + bestOf(rules, index, left) < needed) return;
      const rule = rules[index];
      if (rule !== undefined) search(index + 1, [...chosen, rule], gained + rule.gain);
    }
  };
  search(0, [], 0);
  return { sets: sets.slice(0, setsMax), isMore: sets.length > setsMax };
};

const sumOf = (hits: readonly RuleHit[]): number =>
  hits.reduce((sum, { points }) => sum + points, 0);

const toAccept = (given: LocalInputs, setsMax: number): Removals | undefined => {
  const { hits, erroredRules, bands } = given;
  const isForced = ({ hard }: RuleHit): boolean => hard === 'review' || hard === 'reject';
  const forced = [...hits.filter(isForced), ...erroredRules].map(({ id }) => id);
  const rest = hits.filter((hit) => !isForced(hit));
  const hasTrust = rest.some(({ hard }) => hard === 'accept');
  // A score is whole, so accept ends one point below review.
  const needed = hasTrust ? 0 : sumOf(rest) - bands.reviewFrom + 1;
  const raising = rest.flatMap(({ id, points }) => (points > 0 ? [{ id, gain: points }] : []));
  const found = smallestSets(raising, needed, setsMax);
  return found && { ...found, sets: found.sets.map((set) => [...forced, ...set]) };
};

const toReject = ({ hits, bands }: LocalInputs, setsMax: number): Removals | undefined => {
  if (hits.some(({ hard }) => hard === 'reject')) return { sets: [[]], isMore: false };
  const forced = hits.filter(({ hard }) => hard === 'accept').map(({ id }) => id);
  const rest = hits.filter(({ hard }) => hard !== 'accept');
  const needed = bands.rejectFrom - sumOf(rest);
  const lowering = rest.flatMap(({ id, points }) => (points < 0 ? [{ id, gain: -points }] : []));
  const found = smallestSets(lowering, needed, setsMax);
  return found && { ...found, sets: found.sets.map((set) => [...forced, ...set]) };
};

/**
 * The smallest sets of rules without which the rules alone would say `to`; undefined when no
 * removal does that. At most `setsMax` sets, heaviest rules first.
 */
export const fewestRemovals = (
  given: LocalInputs,
  to: Verdict,
  setsMax: number,
): Removals | undefined => (to === 'accept' ? toAccept(given, setsMax) : toReject(given, setsMax));
