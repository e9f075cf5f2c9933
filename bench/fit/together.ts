import { wilson } from '../../domain/trials/interval.js';
import { type Kind, recallAt } from './figures.js';
import type { FitOfSeed, HeldOut } from './fit.js';

/** A share, 0 to 1, with its 95 % Wilson interval. */
export interface Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Orders of one kind over all seeds; without any the shares are null. */
export interface KindTogether extends Kind {
  readonly name: string;
  readonly flaggedShare: Interval | null;
  readonly rejectedShare: Interval | null;
}

/** One rule set on the held-out orders of all seeds, by their truth. */
export interface Together {
  readonly side: string;
  readonly honest: KindTogether;
  readonly thirdParty: KindTogether;
  readonly friendly: KindTogether;
  /** A `flaggedShare` is the recall of the pattern. */
  readonly patterns: readonly KindTogether[];
  /** A `flaggedShare` is the share of honest customers held up; the most orders first. */
  readonly customers: readonly KindTogether[];
  /** Share of all orders that go to a reviewer. */
  readonly reviewed: Interval | null;
  /** Recall of third-party fraud when each seed's limit flags this share of honest orders. */
  readonly atHonestFlagged: { readonly honestFlagged: number; readonly recall: Interval | null };
}

/** As the capacity of reviews: six in a hundred. */
const honestFlagged = 0.06;

const intervalOf = (part: number, whole: number): Interval | null =>
  whole === 0 ? null : { share: part / whole, ...wilson({ part, whole }) };

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const kindTogether = (name: string, kinds: readonly Kind[]): KindTogether => {
  const orders = sum(kinds.map((kind) => kind.orders));
  const flagged = sum(kinds.map((kind) => kind.flagged));
  const rejected = sum(kinds.map((kind) => kind.rejected));
  return {
    ...{ name, orders, flagged, rejected },
    flaggedShare: intervalOf(flagged, orders),
    rejectedShare: intervalOf(rejected, orders),
  };
};

const byName = (records: readonly Readonly<Record<string, Kind>>[]): KindTogether[] =>
  [...new Set(records.flatMap((record) => Object.keys(record)))]
    .map((name) =>
      kindTogether(
        name,
        records.flatMap((record) => record[name] ?? []),
      ),
    )
    .toSorted((one, other) => other.orders - one.orders || one.name.localeCompare(other.name));

/** Adds up the held-out orders of all seeds for one rule set. */
export const together = (side: string, seeds: readonly HeldOut[]): Together => {
  const honest = kindTogether(
    'honest',
    seeds.map((seed) => seed.honest),
  );
  const thirdParty = kindTogether(
    'third party',
    seeds.map((seed) => seed.thirdParty),
  );
  const friendly = kindTogether(
    'friendly fraud',
    seeds.map((seed) => seed.friendly),
  );
  const found = seeds.map((seed) =>
    Math.round(recallAt(seed.curve, honestFlagged) * seed.thirdParty.orders),
  );
  return {
    ...{ side, honest, thirdParty, friendly },
    patterns: byName(seeds.map((seed) => seed.patterns)),
    customers: byName(seeds.map((seed) => seed.customers)),
    reviewed: intervalOf(
      sum(seeds.map((seed) => seed.reviewed)),
      honest.orders + thirdParty.orders + friendly.orders,
    ),
    atHonestFlagged: { honestFlagged, recall: intervalOf(sum(found), thirdParty.orders) },
  };
};

/** Adds up the held-out orders of all seeds, for the shipped set and for each way to fit. */
export const togetherOf = (seeds: readonly FitOfSeed[]): Together[] => {
  const ways = [...new Set(seeds.flatMap(({ fits }) => fits.map(({ way }) => way)))];
  return [
    together(
      'shipped',
      seeds.map(({ shipped }) => shipped),
    ),
    ...ways.map((way) =>
      together(
        way,
        seeds.flatMap(({ fits }) =>
          fits.filter((one) => one.way === way).map((one) => one.heldOut),
        ),
      ),
    ),
  ];
};

const shopSides: ReadonlySet<string> = new Set(['shipped', 'labels', 'verdicts']);

/** The sides that a shop can have; the others only show what its labels lack. */
export const shopSidesOf = (sides: readonly Together[]): Together[] =>
  sides.filter(({ side }) => shopSides.has(side));
