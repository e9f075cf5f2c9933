import type { Random } from '../../local/demo/random.js';

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

const warmUpDays = 120;
const measuredDays = 60;
const measuredFromMs = Date.UTC(2025, 9, 16);

/**
 * The sixty days from 16 October 2025 are measured: a quiet month, Black Friday, Cyber Monday and
 * the weeks before Christmas. The 120 days before fill the history, so that regular customers are
 * known and chargebacks of earlier fraud arrive. No rule reads further back than both together.
 */
export const period = {
  fromMs: measuredFromMs - warmUpDays * dayMs,
  measuredFromMs,
  toMs: measuredFromMs + measuredDays * dayMs,
} as const;

const at = (month: number, day: number): number => Date.UTC(2025, month - 1, day);

/** Order rates as multiples of a quiet day's, each from an instant on. */
const seasons: readonly (readonly [fromMs: number, rate: number])[] = [
  [0, 1],
  [at(11, 21), 1.8],
  [at(11, 28), 4],
  [at(11, 29), 2.2],
  [at(12, 1), 4.5],
  [at(12, 2), 1.8],
];
const rateMax = 4.5;

/** Orders by UTC hour; American shops are quiet between 05 and 11. */
const hours = [
  7, 7, 6, 4, 3, 2, 1, 0.5, 0.5, 0.5, 1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7,
] as const;
const hourMax = 7;

const rateAt = (atMs: number): number =>
  (seasons.findLast(([fromMs]) => atMs >= fromMs)?.[1] ?? 1) *
  (hours[new Date(atMs).getUTCHours()] ?? 1);

/** An instant of shopping, more likely in the evening and in the season. */
export const shoppingInstant = (random: Random, fromMs: number, toMs: number): number => {
  for (;;) {
    const atMs = Math.floor(fromMs + random.next() * (toMs - fromMs));
    if (random.next() * rateMax * hourMax < rateAt(atMs)) return atMs;
  }
};

/** Any instant of the period: fraud has no opening hours. */
export const anyInstant = (random: Random): number =>
  Math.floor(period.fromMs + random.next() * (period.toMs - period.fromMs));
