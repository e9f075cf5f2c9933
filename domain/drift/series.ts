import type { DriftKind } from '../../contracts/v1/drift.js';
import { factSpecOf } from '../facts/catalogue.js';
import type { FactValue } from '../facts/fact-group.js';
import type { PartnerAnswer, RuleHit } from '../votes.js';

/** Orders by part: of a fact its values, of a partner its answers, of a rule `hit`. */
export type Parts = Readonly<Record<string, number>>;

/** One day's decided orders of a banner, or a sample of them. */
export interface DayCounts {
  readonly orders: number;
  /** By `kind:name`. A series is absent while no order is in any of its parts. */
  readonly series: Readonly<Record<string, Parts>>;
}

/** What is counted of a stored decision. */
export interface CountedDecision {
  readonly outcome: string;
  /** A would-be reject that a reviewer sees as one of a random share: a part of its own. */
  readonly isSampledReject: boolean;
  readonly hits: readonly Pick<RuleHit, 'id'>[];
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly partnerAnswers: readonly PartnerAnswer[];
}

/** The part of orders that have no value of a fact: the fact was not computed. */
export const absent = 'absent';

/**
 * Upper ends of the parts of a number. Money, counts, hours and shares have very different sizes,
 * so the parts grow like coins.
 */
const ends = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1000, 2000, 5000, 10_000],
] as const;

const partOfNumber = (value: number): string => {
  if (value === 0) return '0';
  const end = ends.find((one) => Math.abs(value) <= one);
  return `${value < 0 ? '-' : ''}${end === undefined ? 'more' : `≤${end}`}`;
};

/** Forms with a few hundred values. Others, such as a BIN, have too many for parts of their own. */
const shortForms: ReadonlySet<unknown> = new Set(['country', 'currency']);

const partOfText = (name: string, value: string): string => {
  if (value === '') return 'none';
  const { codes = [], besides = [], form } = factSpecOf(name) ?? {};
  const isOwnPart = codes.includes(value) || besides.includes(value) || shortForms.has(form);
  return isOwnPart ? value : 'other';
};

/** The part of a fact's series that an order with this value is in. */
export const partOf = (name: string, value: FactValue): string => {
  switch (typeof value) {
    case 'number':
      return partOfNumber(value);
    case 'boolean':
      return String(value);
    default:
      return partOfText(name, value);
  }
};

/** A partner that an order does not ask has no answer to count. */
const partOfAnswer = (answer: PartnerAnswer): string | undefined => {
  switch (answer.kind) {
    case 'answered':
      return answer.label;
    case 'unavailable':
      return 'unavailable';
    default:
      return undefined;
  }
};

/** Counts decisions one by one. */
export interface Counter {
  readonly add: (decision: CountedDecision) => void;
  readonly counts: () => DayCounts;
}

export const createCounter = (): Counter => {
  let orders = 0;
  const series = new Map<string, Map<string, number>>();
  const count = (kind: DriftKind, name: string, part: string): void => {
    const key = `${kind}:${name}`;
    const parts = series.get(key) ?? new Map<string, number>();
    series.set(key, parts.set(part, (parts.get(part) ?? 0) + 1));
  };
  return {
    add: ({ outcome, isSampledReject, hits, facts, partnerAnswers }) => {
      orders += 1;
      count('outcome', 'outcome', isSampledReject ? 'sampled_reject' : outcome);
      for (const id of new Set(hits.map((hit) => hit.id))) count('rule', id, 'hit');
      for (const [name, value] of Object.entries(facts)) count('fact', name, partOf(name, value));
      for (const answer of partnerAnswers) {
        const part = partOfAnswer(answer);
        if (part !== undefined) count('partner', answer.partner, part);
      }
    },
    counts: () => ({
      orders,
      series: Object.fromEntries(
        [...series].map(([key, parts]) => [key, Object.fromEntries(parts)]),
      ),
    }),
  };
};
