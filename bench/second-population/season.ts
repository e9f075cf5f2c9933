import type { Random } from '../../local/demo/random.js';
import { dayMs, hourMs } from '../population/calendar.js';

const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`);

/**
 * The sixty days from 20 April 2025 are measured: a spring event, Mother's Day, graduations,
 * Memorial Day and Father's Day. The 90 days before them only fill the history.
 */
export const season = {
  fromMs: day('2025-01-20'),
  measuredFromMs: day('2025-04-20'),
  toMs: day('2025-06-19'),
} as const;

/** Order rates as multiples of a usual day's, each from a day on. */
const rates: readonly (readonly [fromMs: number, rate: number])[] = (
  [
    ['2025-01-20', 0.9],
    ['2025-02-08', 1.4],
    ['2025-02-15', 1],
    ['2025-04-12', 1.3],
    ['2025-04-20', 0.7],
    ['2025-04-21', 1],
    ['2025-04-24', 2.1],
    ['2025-04-28', 1],
    ['2025-05-02', 1.5],
    ['2025-05-11', 0.9],
    ['2025-05-22', 2.6],
    ['2025-05-27', 1],
    ['2025-06-06', 1.4],
    ['2025-06-15', 0.9],
  ] as const
).map(([iso, rate]) => [day(iso), rate]);
const rateMax = 2.6;

/** Valentine's Day, Easter, Mother's Day, graduations and Father's Day. */
const giftDays = ['2025-02-14', '2025-04-20', '2025-05-11', '2025-05-31', '2025-06-15'].map(day);

/** Shares of a day by local hour, from midnight. */
const habits = {
  evening: [2, 1, 0.5, 0.3, 0.3, 0.5, 1, 2, 3, 4, 4, 4, 5, 5, 4, 4, 4, 5, 6, 8, 10, 10, 8, 5],
  office: [
    0.3, 0.1, 0.1, 0.1, 0.1, 0.2, 1, 3, 7, 10, 10, 9, 9, 9, 8, 8, 7, 4, 2, 1, 1, 1, 0.5, 0.4,
  ],
  night: [10, 10, 8, 5, 3, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 5, 7, 8, 9],
  shop: [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 5, 7, 9, 9, 9, 10, 10, 9, 8, 5, 1, 0, 0, 0],
} as const;
const habitMax = 10;
export type Habit = keyof typeof habits;

/** Sunday is the busiest day of a web shop. */
const weekdays = [1, 0.92, 0.85, 0.82, 0.8, 0.75, 0.85];

const rateAt = (atMs: number, habit: Habit, zone: number): number => {
  const local = new Date(atMs + zone * hourMs);
  const rate = rates.findLast(([fromMs]) => atMs >= fromMs)?.[1] ?? 1;
  return rate * (weekdays[local.getUTCDay()] ?? 1) * (habits[habit][local.getUTCHours()] ?? 1);
};

export interface Shopping {
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly habit?: Habit;
  /** Hours from UTC. */
  readonly zone?: number;
}

/** An instant at which such a person shops. */
export const shoppingTime = (random: Random, shopping: Shopping = {}): number => {
  const { fromMs = season.fromMs, toMs = season.toMs, habit = 'evening', zone = -5 } = shopping;
  for (;;) {
    const atMs = Math.floor(fromMs + random.next() * (toMs - fromMs));
    if (random.next() * rateMax * habitMax < rateAt(atMs, habit, zone)) return atMs;
  }
};

/** An instant in the two weeks before a day of gifts. */
export const beforeGiftDay = (random: Random, zone: number): number => {
  const giftDay = random.pick(giftDays);
  return shoppingTime(random, { fromMs: giftDay - 14 * dayMs, toMs: giftDay - dayMs, zone });
};

/** Any instant: campaigns start when they start. */
export const anyTime = (random: Random, beforeEndMs = 0): number =>
  Math.floor(season.fromMs + random.next() * (season.toMs - beforeEndMs - season.fromMs));
