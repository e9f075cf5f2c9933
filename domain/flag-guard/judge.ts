import type { FlagState } from '../../contracts/v1/flag-guard.js';
import { wilson } from '../trials/interval.js';

/** Orders, and how many of them the rules alone would not accept. */
export interface Flags {
  readonly orders: number;
  readonly flagged: number;
}

export interface JudgedFlags {
  readonly state: FlagState;
  /** The share of flagged orders above which the state is `over`; null when it is unknown. */
  readonly limit: number | null;
  /** The share that is certain to be exceeded; null without orders. */
  readonly atLeast: number | null;
}

/** An expectation from fewer orders says too little. */
export const expectedOrdersMin = 200;

/** Fewer orders of a night may all be of one customer. */
export const seenOrdersMin = 50;

/**
 * Standard normal quantile of the lower end: chance alone is above it 1 time in 4,300. Far from
 * 95 %, because the guard judges each minute.
 */
const quantile = 3.5;

/** A multiple of hardly any flags is hardly any: it takes two orders in a hundred more. */
const moreMin = 0.02;

/** Where the multiple leads above this, as good as everybody is flagged. */
const nearlyAll = 0.9;

/**
 * The share of flagged orders that a rule set may reach. It starts from the upper end of the 95 %
 * interval of the expected share, so few orders behind an expectation make it lenient.
 */
const limitOf = ({ orders, flagged }: Flags, multiple: number): number => {
  const usual = wilson({ part: flagged, whole: orders }).high;
  return Math.min(1, Math.max(Math.min(multiple * usual, nearlyAll), usual + moreMin));
};

/**
 * Judges the flags seen since a rule set came into force. `over` means that their share is above
 * `multiple` times the expected one, beyond what chance does with so few orders.
 */
export const judgeFlags = (
  seen: Flags,
  expected: Flags | undefined,
  multiple: number,
): JudgedFlags => {
  const isEnough = expected !== undefined && expected.orders >= expectedOrdersMin;
  const limit = isEnough ? limitOf(expected, multiple) : null;
  const atLeast =
    seen.orders === 0 ? null : wilson({ part: seen.flagged, whole: seen.orders }, quantile).low;
  if (limit === null) return { state: 'unknown', limit, atLeast };
  if (atLeast === null || seen.orders < seenOrdersMin) return { state: 'too_few', limit, atLeast };
  return { state: atLeast > limit ? 'over' : 'within', limit, atLeast };
};
