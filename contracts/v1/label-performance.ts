import { z } from 'zod';
import { banners } from '../hbc/transaction.js';
import { performanceGroups } from './label-queries.js';

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();

const Money = z.object({ currency: z.string(), amount: z.number() });

/** How well something told fraud from good orders; shares are null where nothing was labelled. */
const figures = {
  /** Orders that it pointed at, by what they turned out to be. */
  orders: count,
  fraud: count,
  good: count,
  /** Chargebacks that were no fraud; they enter no share. */
  disputes: count,
  unlabelled: count,
  /** Orders that it did not point at and that were fraud. */
  missedFraud: count,
  precision: share,
  recall: share,
  f1: share,
  /** Totals of the orders that were rejected, automatically or by a person, but were good ... */
  falsePositives: z.array(Money),
  /** ... and of those that were rejected and were fraud. */
  caughtFraud: z.array(Money),
  /** Rejected and labelled orders whose total is not known: they are not in the sums. */
  unvalued: count,
};

export const PerformanceFigures = z.object(figures).meta({ id: 'LabelFigures' });
export type PerformanceFigures = z.output<typeof PerformanceFigures>;

/** Answer of `GET /v1/labels/performance`. */
export const LabelPerformance = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    banner: z.enum(banners).nullable(),
    by: z.enum(performanceGroups),
    rule: z.string().nullable(),
    /** Final rejects, held against final accepts. */
    overall: PerformanceFigures,
    rows: z.array(z.object({ key: z.string(), name: z.string().nullable(), ...figures })),
  })
  .meta({ id: 'LabelPerformance' });
export type LabelPerformance = z.output<typeof LabelPerformance>;
