import { z } from 'zod';

/** When a partner counts as down, and how long it is left alone then. */
const BreakerSettings = z
  .strictObject({
    /** Opens after this many checks in a row have failed. */
    consecutiveFailures: z.int().min(1).default(10),
    /** Opens when more than `failedShare` of the latest `window` checks failed ... */
    failedShare: z.number().gt(0).lt(1).default(0.5),
    window: z.int().min(1).default(20),
    /** ... of which there must be at least this many. */
    windowMin: z.int().min(1).default(20),
    /**
     * A background check that takes longer than these milliseconds counts as failed, though its
     * vote is used: a partner that slow has no vote for an order that is being answered.
     */
    slowMs: z.int().min(1).default(1_000),
    /** Milliseconds before the first probe; they double with each probe that fails. */
    pauseMs: z.int().min(1).default(1_000),
    pauseMaxMs: z.int().min(1).default(1_500),
  })
  .refine(({ window, windowMin }) => windowMin <= window, 'windowMin must not exceed window')
  .refine(({ pauseMs, pauseMaxMs }) => pauseMs <= pauseMaxMs, 'pauseMs must not exceed pauseMaxMs');

/** How each worker process protects a partner, and the orders from a partner that is down. */
export const GuardSettings = z.strictObject({
  /** Checks of orders being answered that may run at once; there is no queue. */
  answersAtOnce: z.int().min(1).default(64),
  /** The same for checks that are made again while a case waits. */
  backgroundAtOnce: z.int().min(1).default(4),
  /** Such checks a second, on average and in one burst. */
  backgroundPerSecond: z.int().min(1).default(5),
  /** Feedback calls that may run at once; of partners that take feedback. */
  feedbackAtOnce: z.int().min(1).default(8),
  breaker: BreakerSettings.prefault({}),
});
export type GuardSettings = z.output<typeof GuardSettings>;

/** A connection inside one data centre takes milliseconds; 300 ms leave room for a lost packet. */
export const connectMs = z.int().min(1).default(300);

/** How OMS is watched. */
export const OmsSettings = z.strictObject({
  /** An order that OMS has not taken for this long raises `settlement_late`; milliseconds. */
  settlementLateAfterMs: z
    .int()
    .min(1000)
    .max(7 * 86_400_000)
    .default(15 * 60_000),
});

/** How Sparkfly's listing of alerts is read. */
export const SparkflySettings = z.strictObject({
  /** Milliseconds between two looks at Sparkfly's alerts. */
  pollEveryMs: z.int().min(1000).default(15_000),
  /** A look goes back this far behind the latest instant it has seen; milliseconds. */
  overlapMs: z
    .int()
    .min(0)
    .default(24 * 3_600_000),
  /** All pages are read again this often, because old alerts change too; milliseconds. */
  walkEveryMs: z
    .int()
    .min(60_000)
    .default(24 * 3_600_000),
  /** Alerts asked for in one page. */
  perPage: z.int().min(1).max(1000).default(50),
  /** Calls a second that Sparkfly gets at most. */
  requestsPerSecond: z.number().gt(0).max(100).default(2),
  /** Milliseconds for one call. */
  callMs: z.int().min(1).default(10_000),
});
export type SparkflySettings = z.output<typeof SparkflySettings>;
