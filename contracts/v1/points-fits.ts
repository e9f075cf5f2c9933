import { z } from 'zod';
import { Bands } from '../rules.js';
import { banners } from '../hbc/transaction.js';
import { moment } from './backtests.js';
import { freeText } from './free-text.js';
import { CaseQuery } from './queries.js';

const count = z.int().min(0);
const cost = z.number().min(0).max(1_000_000);

/** What mistakes and work cost, all in one currency. */
export const FitCosts = z
  .strictObject({
    /** A fraud that was accepted. */
    chargeback: cost,
    /** An honest order that was rejected. */
    lostSale: cost,
    /** A minute of a reviewer. */
    reviewMinute: cost,
    /** Minutes that the review of an order takes. */
    minutesPerReview: z.number().min(0).max(1440),
  })
  .meta({ id: 'FitCosts' });

/** Body of `POST /v1/rule-sets/proposals`. */
export const NewPointsFit = z
  .strictObject({
    /** The fit uses orders received from here on. */
    from: moment,
    /** Labels and verdicts of this instant or later do not count; the present when absent. */
    cut: moment.optional(),
    banner: z.enum(banners).optional(),
    /** Younger orders do not count: their labels may still come. */
    maturityDays: z.int().min(0).max(180).default(60),
    /** The last days before the orders become too young; they measure and never fit. */
    heldOutDays: z.int().min(7).max(90).default(28),
    costs: FitCosts,
    /** Orders that may go to review a day. */
    reviewsPerDay: z.number().positive().max(1_000_000),
    /** Counts a person's reject as fraud where there is no label. */
    useVerdicts: z.boolean().default(false),
    /** The share of rejected orders without a label that is taken as fraud. */
    rejectedFraudShare: z.number().min(0).max(1).default(0.75),
    note: freeText,
  })
  .meta({ id: 'NewPointsFit' });
export type NewPointsFit = z.output<typeof NewPointsFit>;

/** Body of `POST /v1/rule-sets/proposals/{fitId}/cancellation`. */
export const PointsFitCancellation = z
  .strictObject({ note: freeText })
  .meta({ id: 'PointsFitCancellation' });

/** A share with its 95 % interval; null without orders. */
const FitShare = z
  .object({
    part: z.number(),
    whole: z.number(),
    share: z.number(),
    low: z.number(),
    high: z.number(),
  })
  .meta({ id: 'FitShare' });

const Endings = z.object({ fraud: count, good: count, rejected: count, unknown: count });

const step = {
  /** Null for the lowest step, which has no limit. */
  fromScore: z.int().nullable(),
  orders: count,
  frauds: z.number(),
  probability: z.number(),
  low: z.number(),
  high: z.number(),
};

const ProbabilityStep = z.object(step).meta({ id: 'ProbabilityStep' });

/** The estimated probability of fraud of a decision, with its basis. */
export const FraudProbability = z
  .object({
    ...step,
    /** Null for the highest step, which has no limit. */
    belowScore: z.int().nullable(),
    oneIn: z.int().nullable(),
    fitId: z.uuid(),
    cut: z.iso.datetime(),
  })
  .meta({ id: 'FraudProbability' });
export type FraudProbability = z.output<typeof FraudProbability>;

/** One rule set on the held-out orders. */
const FitSide = z
  .object({
    recall: FitShare.nullable(),
    fraudRejected: FitShare.nullable(),
    goodFlagged: FitShare.nullable(),
    goodRejected: FitShare.nullable(),
    reviewed: FitShare.nullable(),
    reviewsPerDay: z.number(),
    costPerOrder: z.number().nullable(),
    loss: z.number().nullable(),
    /** Null with too few labels. */
    probabilities: z.array(ProbabilityStep).nullable(),
  })
  .meta({ id: 'FitSide' });

export const fitVerdicts = [
  'better',
  'perhaps_better',
  'no_better',
  'unchanged',
  'too_few_labels',
] as const;

export const fitWarnings = [
  'too_few_labels',
  'no_better',
  'not_clear',
  'above_capacity',
  'not_converged',
  'orders_not_evaluable',
  'rejected_share_off',
] as const;
export type FitWarning = (typeof fitWarnings)[number];

/** Rejects that went to a reviewer at random, and what they say about all rejects. */
const SampledRejects = z
  .object({ orders: count, judged: count, fraudShare: FitShare.nullable() })
  .meta({ id: 'SampledRejects' });

/** The result of a fit. */
export const PointsFitResult = z
  .object({
    verdict: z.enum(fitVerdicts),
    warnings: z.array(z.enum(fitWarnings)),
    /** Each period ends where the next one begins. */
    periods: z.object({
      from: z.iso.datetime(),
      checkFrom: z.iso.datetime(),
      heldOutFrom: z.iso.datetime(),
      to: z.iso.datetime(),
    }),
    /** Absent in results of earlier versions. */
    sampledRejects: SampledRejects.optional(),
    orders: z.object({ train: Endings, check: Endings, heldOut: Endings }),
    undecided: count,
    notEvaluable: count,
    spread: z.number(),
    points: z.array(
      z.object({
        ruleId: z.string(),
        name: z.string(),
        /** The banner whose override has the cases; null for the rule that all banners share. */
        owner: z.enum(banners).nullable(),
        before: z.int(),
        after: z.int(),
        orders: Endings,
      }),
    ),
    bands: z.array(
      z.object({
        banners: z.array(z.enum(banners)),
        before: Bands,
        after: Bands,
        isWithinCapacity: z.boolean(),
      }),
    ),
    heldOut: z.object({
      inForce: FitSide,
      proposed: FitSide,
      costDifference: z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable(),
    }),
  })
  .meta({ id: 'PointsFitResult' });
export type PointsFitResult = z.output<typeof PointsFitResult>;

export const fitStates = ['running', 'done', 'cancelled', 'failed'] as const;

const summary = {
  fitId: z.uuid(),
  state: z.enum(fitStates),
  /** The rule set that was in force when the fit was asked for. */
  baseVersion: count,
  ruleSetHash: z.string(),
  from: z.iso.datetime(),
  cut: z.iso.datetime(),
  banner: z.enum(banners).nullable(),
  maturityDays: count,
  heldOutDays: count,
  costs: FitCosts,
  reviewsPerDay: z.number(),
  useVerdicts: z.boolean(),
  rejectedFraudShare: z.number(),
  note: z.string(),
  author: z.string(),
  /** Parts of the period, of some thousand orders each; 0 in all until they are planned. */
  progress: z.object({ done: count, total: count }),
  /** The draft with the learned points, and its backtest on the held-out orders. */
  draftId: z.uuid().nullable(),
  backtestId: z.uuid().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
};

export const PointsFitSummary = z.object(summary).meta({ id: 'PointsFitSummary' });
export type PointsFitSummary = z.output<typeof PointsFitSummary>;

/** Answer of `GET /v1/rule-sets/proposals/{fitId}`; `result` is null until it is done. */
export const PointsFit = z
  .object({ ...summary, result: PointsFitResult.nullable() })
  .meta({ id: 'PointsFit' });
export type PointsFit = z.output<typeof PointsFit>;

/** Query of `GET /v1/rule-sets/proposals`. */
export const PointsFitQuery = CaseQuery.pick({ limit: true, cursor: true });

export const PointsFitPage = z
  .object({ fits: z.array(PointsFitSummary), nextCursor: z.string().nullable() })
  .meta({ id: 'PointsFitPage' });
