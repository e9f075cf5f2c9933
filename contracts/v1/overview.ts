import { z } from 'zod';
import { banners } from '../hbc/transaction.js';

const instant = z.iso.datetime();
const count = z.int().min(0);

const byOutcome = { accept: count, review: count, reject: count };

const Waiting = z.object({ waiting: count, oldestSeconds: z.number().min(0) });

const OverviewOrders = z
  .object({
    ...byOutcome,
    /** Of `review`: would-be rejects that reviewers see as a random share of them. */
    sampledRejects: count,
    hours: z
      .array(z.object({ hour: instant, ...byOutcome }).meta({ id: 'OverviewHour' }))
      .readonly()
      .meta({ description: 'Each hour from `since` on, also those without an order.' }),
  })
  .meta({ id: 'OverviewOrders' });

const OverviewAmounts = z
  .object({
    banner: z.enum(banners),
    currency: z.string(),
    orders: count,
    accept: z.number(),
    review: z.number(),
    reject: z.number(),
  })
  .meta({ id: 'OverviewAmounts' });

const OverviewAge = z
  .object({
    fromSeconds: count,
    toSeconds: count.nullable(),
    cases: count,
    overdue: count,
  })
  .meta({ id: 'OverviewAge' });

const OverviewCases = z
  .object({
    open: count,
    overdue: count,
    atRisk: z
      .array(
        z
          .object({ currency: z.string().nullable(), amount: z.number(), unknown: count })
          .meta({ id: 'OverviewRisk' }),
      )
      .readonly(),
    ages: z.array(OverviewAge).readonly(),
  })
  .meta({ id: 'OverviewCases' });

const OverviewReviews = z
  .object({
    byPeople: count,
    expired: count,
    halfWithinSeconds: z.number().nullable(),
    nineTenthsWithinSeconds: z.number().nullable(),
    hours: z
      .array(
        z.object({ hour: instant, began: count, ended: count }).meta({ id: 'OverviewReviewHour' }),
      )
      .readonly()
      .meta({ description: 'Each hour from `since` on, also those without a review.' }),
  })
  .meta({ id: 'OverviewReviews' });

/** Answer of `GET /v1/overview`. */
export const Overview = z
  .object({
    asOf: instant,
    since: instant,
    orders: OverviewOrders,
    amounts: z.array(OverviewAmounts).readonly(),
    cases: OverviewCases,
    reviews: OverviewReviews,
    undecided: Waiting,
    settling: Waiting,
    stuck: count,
  })
  .meta({ id: 'Overview' });
export type Overview = z.output<typeof Overview>;
