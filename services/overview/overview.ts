import type { Overview } from '../../contracts/v1/overview.js';
import {
  countDecidedSince,
  countOpenByAge,
  countReviewsByHour,
  type DecidedRow,
  measureReviews,
  type OpenRow,
  type ReviewHourRow,
  type ReviewTimesRow,
} from '../../db/overview.js';
import { groupBy } from '../../domain/group-by.js';
import type { Context } from '../context.js';
import { countStuck } from '../stuck-orders.js';
import { decisionAge, settlementAge } from '../transactions/settlement.js';

const hourMs = 3_600_000;

/** The running hour and those before it. */
const hoursShown = 24;

const minuteSeconds = 60;
const hourSeconds = 60 * minuteSeconds;

/** Where the ages of open cases are divided; the first age is 0. */
const ageBounds = [
  ...[15 * minuteSeconds, 30 * minuteSeconds, hourSeconds],
  ...[2 * hourSeconds, 4 * hourSeconds, 24 * hourSeconds],
];

const sum = <T>(rows: readonly T[], count: (row: T) => number): number =>
  rows.reduce((total, row) => total + count(row), 0);

/** Amounts have at most four decimals, which a sum of binary fractions does not keep. */
const money = (amount: number): number => Math.round(amount * 10_000) / 10_000;

const hoursSince = (since: Date): readonly Date[] =>
  Array.from({ length: hoursShown }, (_, index) => new Date(since.getTime() + index * hourMs));

const ordersBy = (rows: readonly DecidedRow[]) => {
  const count = (outcome: DecidedRow['outcome']) =>
    sum(rows, (row) => (row.outcome === outcome ? row.orders : 0));
  return { accept: count('accept'), review: count('review'), reject: count('reject') };
};

const ordersOf = (rows: readonly DecidedRow[], since: Date): Overview['orders'] => {
  const byHour = groupBy(rows, ({ hour }) => hour.getTime());
  return {
    ...ordersBy(rows),
    sampledRejects: sum(rows, ({ sampled }) => sampled),
    hours: hoursSince(since).map((hour) => ({
      hour: hour.toISOString(),
      ...ordersBy(byHour.get(hour.getTime()) ?? []),
    })),
  };
};

const amountsOf = (rows: readonly DecidedRow[]): Overview['amounts'] => {
  const known = rows.filter(({ currency }) => currency !== null);
  return [...groupBy(known, ({ banner, currency }) => `${banner} ${currency}`).values()].flatMap(
    (own) => {
      const [first] = own;
      if (first === undefined || first.banner === null || first.currency === null) return [];
      const amount = (outcome: DecidedRow['outcome']) =>
        money(sum(own, (row) => (row.outcome === outcome ? row.amount : 0)));
      return [
        {
          banner: first.banner,
          currency: first.currency,
          orders: sum(own, ({ orders }) => orders),
          accept: amount('accept'),
          review: amount('review'),
          reject: amount('reject'),
        },
      ];
    },
  );
};

/** The instants after which cases are younger than each age; the oldest comes first. */
const boundsAt = (now: Date): readonly Date[] =>
  ageBounds.toReversed().map((seconds) => new Date(now.getTime() - seconds * 1000 + 1));

const casesOf = (rows: readonly OpenRow[]): Overview['cases'] => ({
  open: sum(rows, ({ cases }) => cases),
  overdue: sum(rows, ({ overdue }) => overdue),
  atRisk: [...groupBy(rows, ({ currency }) => currency)]
    .map(([currency, own]) => ({
      currency,
      amount: money(sum(own, (row) => row.at_risk)),
      unknown: sum(own, ({ unknown }) => unknown),
    }))
    .toSorted((one, other) => other.amount - one.amount),
  ages: [0, ...ageBounds].map((fromSeconds, index) => {
    const own = rows.filter(({ bucket }) => bucket === ageBounds.length - index);
    return {
      fromSeconds,
      toSeconds: ageBounds[index] ?? null,
      cases: sum(own, ({ cases }) => cases),
      overdue: sum(own, ({ overdue }) => overdue),
    };
  }),
});

const reviewsOf = (
  times: ReviewTimesRow,
  rows: readonly ReviewHourRow[],
  since: Date,
): Overview['reviews'] => {
  const byHour = new Map(rows.map((row) => [row.hour.getTime(), row]));
  return {
    byPeople: times.people,
    expired: times.expired,
    halfWithinSeconds: times.half_seconds,
    nineTenthsWithinSeconds: times.most_seconds,
    hours: hoursSince(since).map((hour) => {
      const row = byHour.get(hour.getTime());
      return { hour: hour.toISOString(), began: row?.opened ?? 0, ended: row?.decided ?? 0 };
    }),
  };
};

/** What the last 24 hours brought, the running one included, and what waits now. */
export const readOverview = async ({ db, now }: Context<'now'>): Promise<Overview> => {
  const hour = Math.floor(now.getTime() / hourMs) * hourMs;
  const since = new Date(hour - (hoursShown - 1) * hourMs);
  const [decided, open, times, reviewHours, undecided, settling, stuck] = await Promise.all([
    countDecidedSince(db, since),
    countOpenByAge(db, { now, bounds: boundsAt(now) }),
    measureReviews(db, since),
    countReviewsByHour(db, since),
    decisionAge({ db, now }),
    settlementAge({ db, now }),
    countStuck({ db }),
  ]);
  return {
    asOf: now.toISOString(),
    since: since.toISOString(),
    orders: ordersOf(decided, since),
    amounts: amountsOf(decided),
    cases: casesOf(open),
    reviews: reviewsOf(times, reviewHours, since),
    ...{ undecided, settling, stuck },
  };
};
