import { z } from 'zod';
import { banners } from '../hbc/transaction.js';
import { performanceGroups } from './label-queries.js';

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();

const Money = z.object({ currency: z.string(), amount: z.number() });

/** How well a rule or outcome separates fraud from good orders. Shares are null without labels. */
const figures = {
  /** Orders that it flagged, by label. */
  orders: count,
  fraud: count,
  good: count,
  /** Chargebacks that were no fraud; they enter no share. */
  disputes: count,
  unlabelled: count,
  /** Fraudulent orders that it did not flag. */
  missedFraud: count,
  precision: share,
  recall: share,
  f1: share,
  /** Totals of the orders that were rejected, automatically or by a reviewer, but were good ... */
  falsePositives: z.array(Money),
  /** ... and of those that were rejected and were fraud. */
  caughtFraud: z.array(Money),
  /** Rejected and labelled orders without a known total: the sums leave them out. */
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
    /** Final rejects against final accepts. */
    overall: PerformanceFigures,
    rows: z.array(z.object({ key: z.string(), name: z.string().nullable(), ...figures })),
  })
  .meta({ id: 'LabelPerformance' });
export type LabelPerformance = z.output<typeof LabelPerformance>;
