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

/** What one of two rule sets said, or would have said, of its orders. */
const Side = z
  .object({
    orders: count,
    /** By the first answer. */
    outcomes: z.object({ accept: count, review: count, reject: count }),
    reviewShare: share,
    rejectShare: share,
    averageScore: z.number().nullable(),
    /** Orders for which a rule could not be evaluated. */
    errored: count,
    /** Totals of the orders whose first answer was accept, and reject. */
    accepted: money,
    rejected: money,
    labels: PerformanceFigures,
  })
  .meta({ id: 'TrialSide' });
export type Side = z.output<typeof Side>;

/** A share of the challenger's less the champion's, and where it lies with 95 % confidence. */
const Difference = z
  .object({
    difference: z.number(),
    low: z.number(),
    high: z.number(),
    /** Whether 0 is outside of it. */
    isClear: z.boolean(),
  })
  .meta({ id: 'TrialDifference' });
export type Difference = z.output<typeof Difference>;

const RolloutReport = z
  .object({
    kind: z.literal('rollout'),
    /** Labels are held against how the orders ended, people's verdicts included. */
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
  /** Of the orders evaluated. */
  share,
  fraud: count,
  good: count,
  disputes: count,
  unlabelled: count,
  precision: share,
  /** Orders for which the rule could not be evaluated. */
  errored: count,
};

const ChallengerRule = z.object(ruleFields);
export type ChallengerRule = z.output<typeof ChallengerRule>;

const backlog = {
  /** Orders whose evaluation is still due. */
  pending: count,
  /** Orders that could not be evaluated at all, after several tries. */
  faults: count,
};

const ShadowReport = z
  .object({
    kind: z.literal('shadow'),
    evaluated: count,
    ...backlog,
    /** First answers against the challenger's; cells without orders are left out. */
    matrix: z.array(MatrixCell),
    /** Labels are held against first answers on both sides: nobody gave a verdict on `would`. */
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
  /** Orders that the rule, live by itself, would have answered otherwise; by first answers. */
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
