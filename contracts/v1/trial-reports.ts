import { z } from 'zod';
import { outcomes } from '../hbc/decision.js';
import { PerformanceFigures } from './label-performance.js';
import { Trial } from './trials.js';

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();
const money = z.array(z.object({ currency: z.string(), amount: z.number() }));
const outcome = z.enum(outcomes);
const instant = z.iso.datetime();

const period = { from: instant, to: instant };

/** One rule set's answers, actual or simulated. */
const Side = z
  .object({
    orders: count,
    /** By the first answer. */
    outcomes: z.object({ accept: count, review: count, reject: count }),
    reviewShare: share,
    rejectShare: share,
    averageScore: z.number().nullable(),
    /** Orders with an errored rule. */
    errored: count,
    /** Totals of the orders whose first answer was accept, and reject. */
    accepted: money,
    rejected: money,
    labels: PerformanceFigures,
  })
  .meta({ id: 'TrialSide' });
export type Side = z.output<typeof Side>;

/** A share of the challenger minus that of the champion, with its 95 % confidence interval. */
const Difference = z
  .object({
    difference: z.number(),
    low: z.number(),
    high: z.number(),
    /** Whether the interval excludes 0. */
    isClear: z.boolean(),
  })
  .meta({ id: 'TrialDifference' });
export type Difference = z.output<typeof Difference>;

const RolloutReport = z
  .object({
    kind: z.literal('rollout'),
    /** Labels are compared with final outcomes, reviewers' verdicts included. */
    champion: Side,
    challenger: Side,
    /** Null while an arm has no orders. */
    reviewDifference: Difference.nullable(),
    rejectDifference: Difference.nullable(),
  })
  .meta({ id: 'RolloutReport' });
export type RolloutReport = z.output<typeof RolloutReport>;

const MatrixCell = z.object({
  was: outcome,
  would: outcome,
  orders: count,
  fraud: count,
  good: count,
  disputes: count,
  unlabelled: count,
  amounts: money,
});
export type MatrixCell = z.output<typeof MatrixCell>;

const ruleFields = {
  rule: z.string(),
  name: z.string(),
  hits: count,
  /** Share of the evaluated orders. */
  share,
  fraud: count,
  good: count,
  disputes: count,
  unlabelled: count,
  precision: share,
  /** Orders for which the rule's evaluation failed. */
  errored: count,
};

const ChallengerRule = z.object(ruleFields);
export type ChallengerRule = z.output<typeof ChallengerRule>;

const backlog = {
  /** Orders that are still to be evaluated. */
  pending: count,
  /** Orders whose evaluation failed after several attempts. */
  faults: count,
};

const ShadowReport = z
  .object({
    kind: z.literal('shadow'),
    evaluated: count,
    ...backlog,
    /** First answers against the challenger's; empty cells are left out. */
    matrix: z.array(MatrixCell),
    /**
     * Labels are compared with first answers on both sides: no reviewer saw the challenger's
     * answer.
     */
    champion: Side,
    challenger: Side,
    rules: z.array(ChallengerRule),
  })
  .meta({ id: 'ShadowReport' });
export type ShadowReport = z.output<typeof ShadowReport>;

/** Answer of `GET /v1/rule-sets/trials/{trialId}`. */
export const TrialReport = z
  .object({
    trial: Trial,
    ...period,
    report: z.discriminatedUnion('kind', [RolloutReport, ShadowReport]),
  })
  .meta({ id: 'TrialReport' });
export type TrialReport = z.output<typeof TrialReport>;

const ShadowRule = z.object({
  ...ruleFields,
  /** Orders evaluated at banners where the rule is in shadow. */
  evaluated: count,
  /** Orders whose first answer this rule alone would change if it were live. */
  changes: z.array(z.object({ was: outcome, would: outcome, orders: count })),
});
export type ShadowRule = z.output<typeof ShadowRule>;

/** Answer of `GET /v1/rule-sets/shadow`: the shadow rules of a version that decided. */
export const ShadowRuleReport = z
  .object({
    version: z.int(),
    ...period,
    evaluated: count,
    ...backlog,
    /** First answers against those with all shadow rules live. */
    matrix: z.array(MatrixCell),
    rules: z.array(ShadowRule),
  })
  .meta({ id: 'ShadowRuleReport' });
export type ShadowRuleReport = z.output<typeof ShadowRuleReport>;
