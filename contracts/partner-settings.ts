import { z } from 'zod';
import { type Outcome, outcomes } from './hbc/decision.js';

/** When a partner counts as down, and how long it is not called then. */
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
     * A background check slower than this counts as failed, though its vote is used: a partner that
     * slow could not vote within an answer. In milliseconds.
     */
    slowMs: z.int().min(1).default(1_000),
    /** Pause before the first probe, in milliseconds; it doubles with each failed probe. */
    pauseMs: z.int().min(1).default(1_000),
    pauseMaxMs: z.int().min(1).default(1_500),
  })
  .refine(({ window, windowMin }) => windowMin <= window, 'windowMin must not exceed window')
  .refine(({ pauseMs, pauseMaxMs }) => pauseMs <= pauseMaxMs, 'pauseMs must not exceed pauseMaxMs');

/** How each worker process protects a partner, and protects orders from a partner that is down. */
export const GuardSettings = z.strictObject({
  /** Concurrent checks of orders that wait for their answer; there is no queue. */
  answersAtOnce: z.int().min(1).default(64),
  /** Concurrent background checks, made while a case waits. */
  backgroundAtOnce: z.int().min(1).default(8),
  /** Background checks per second, on average and in one burst. */
  backgroundPerSecond: z.int().min(1).default(20),
  /** Concurrent feedback calls, for partners that take feedback. */
  feedbackAtOnce: z.int().min(1).default(8),
  breaker: BreakerSettings.prefault({}),
});
export type GuardSettings = z.output<typeof GuardSettings>;

/** A connection inside one data centre takes milliseconds; 300 ms leave room for a lost packet. */
export const connectMs = z.int().min(1).default(300);

/** The vote for one label of a partner, unless a banner's policy says otherwise. */
export const voteOf = (usual: Outcome) =>
  z.enum(outcomes).default(usual).meta({ description: 'The vote for this result.' });

/** How orders are settled with OMS. */
export const OmsSettings = z.strictObject({
  /** An order that OMS has not accepted for this long raises `settlement_late`; milliseconds. */
  settlementLateAfterMs: z
    .int()
    .min(1000)
    .max(7 * 86_400_000)
    .default(15 * 60_000),
  /**
   * While new orders are refused because more come than can be decided, settlements wait this long
   * at most; milliseconds. 0: they never wait.
   */
  settlementGivesWayMs: z.int().min(0).max(300_000).default(30_000),
});

/** How Sparkfly's listing of alerts is polled. */
export const SparkflySettings = z.strictObject({
  /** Poll interval in milliseconds. */
  pollEveryMs: z.int().min(1000).default(15_000),
  /** A poll reads back this far before the latest time it has seen; milliseconds. */
  overlapMs: z
    .int()
    .min(0)
    .default(24 * 3_600_000),
  /** Interval of a full walk over all pages, because old alerts change too; milliseconds. */
  walkEveryMs: z
    .int()
    .min(60_000)
    .default(24 * 3_600_000),
  /** Alerts requested per page. */
  perPage: z.int().min(1).max(1000).default(50),
  /** Rate limit of calls to Sparkfly, per second. */
  requestsPerSecond: z.number().gt(0).max(100).default(2),
  /** Limit of one call, in milliseconds. */
  callMs: z.int().min(1).default(10_000),
});
export type SparkflySettings = z.output<typeof SparkflySettings>;
