import { z } from 'zod';
import { storableText } from '../faults.js';
import { across } from '../cross-check.js';
import { outcomes } from '../hbc/decision.js';
import { banners } from '../hbc/transaction.js';
import { RuleTextProblem } from './rule-sets.js';
import { FraudProbability } from './points-fits.js';

const ruleText = storableText('ruleText', 1);

const fieldsOfTry = {
  /** One rule in the form of rule sets: YAML text, or an object. */
  rule: z.union([ruleText, z.record(z.string(), z.unknown())]),
  /** An order as OMS posts it; it is not stored. */
  transaction: z.record(z.string(), z.unknown()).optional(),
  /** Or a stored order, with the facts of its decision. */
  transactionId: storableText('id', 1).optional(),
};

/** Body of `POST /v1/rules/try`. */
export const RuleToTry = z
  .strictObject(fieldsOfTry)
  .check(
    across(['transaction', 'transactionId'], ({ transaction, transactionId }, refuse) => {
      if (transaction === undefined && transactionId === undefined) {
        refuse(['transaction'], 'is required, or transactionId', 'missing_field');
      }
      if (transaction !== undefined && transactionId !== undefined) {
        refuse(['transaction'], 'excludes transactionId');
      }
    }),
  )
  .meta({ id: 'RuleToTry' });
export type RuleToTry = z.output<typeof RuleToTry>;

const factValue = z.union([z.number(), z.boolean(), z.string()]);
const hard = z.enum(['accept', 'review', 'reject']).nullable();
const instant = z.iso.datetime();

const ConditionStep = z
  .object({
    /** The source text of this part of the condition. */
    expression: z.string(),
    /** Character offsets in the condition; `end` is exclusive. */
    start: z.int(),
    end: z.int(),
    /** Null when the evaluation failed; `fault` then says why. */
    value: factValue.nullable(),
    fault: z.string().nullable(),
  })
  .meta({ id: 'ConditionStep' });

const TriedCase = z
  .object({
    when: z.string(),
    /** Null when the evaluation failed. */
    holds: z.boolean().nullable(),
    /** As in the rule: a number, or the fact that gives it. */
    points: z.union([z.int(), z.string()]),
    hard,
    /** Every part of the condition in reading order, the whole first. */
    steps: z.array(ConditionStep),
    /** Every fact that it reads; null stands for a missing one. */
    facts: z.record(z.string(), factValue.nullable()),
  })
  .meta({ id: 'TriedCase' });

const Judged = z.object({ totalScore: z.number(), outcome: z.enum(outcomes) });

const RuleTryResult = z
  .object({
    id: z.string(),
    name: z.string(),
    trips: z.boolean(),
    points: z.number(),
    hard,
    reason: z.string().nullable(),
    /** Why the evaluation of a case failed, which sends the order to review. */
    errored: z.string().nullable(),
    cases: z.array(TriedCase),
    /** The local result without this rule and with it; partners' votes are left out. */
    effect: z.object({ without: Judged, with: Judged }).nullable(),
    notes: z.array(z.string()),
  })
  .meta({ id: 'RuleTryResult' });
export type RuleTryResult = z.output<typeof RuleTryResult>;

/** Answer of `POST /v1/rules/try`; `result` is null when the rule has problems. */
export const RuleTry = z
  .object({
    valid: z.boolean(),
    problems: z.array(RuleTextProblem),
    result: RuleTryResult.nullable(),
  })
  .meta({ id: 'RuleTry' });
export type RuleTry = z.output<typeof RuleTry>;

const ExplainedHit = z
  .object({
    id: z.string(),
    name: z.string(),
    points: z.number(),
    hard,
    reason: z.string(),
    /** The facts that it read. Empty in decisions of earlier versions, like `counted`. */
    facts: z.array(
      z.object({ name: z.string(), value: factValue, meaning: z.string().nullable() }),
    ),
    counted: z.array(
      z.object({
        fact: z.string(),
        window: z.string(),
        /** The number of other orders in the window. */
        orders: z.int(),
        /** The latest of them, at most twenty. */
        links: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'ExplainedHit' });
export type ExplainedHit = z.output<typeof ExplainedHit>;

/** Answer of `GET /v1/transactions/{transactionId}/explanation`: the decision as first answered. */
export const DecisionExplanation = z
  .object({
    transactionId: z.string(),
    banner: z.enum(banners),
    decidedAt: instant,
    outcome: z.enum(outcomes),
    totalScore: z.number(),
    /** Null when the rule set that decided is unknown. */
    bands: z
      .object({
        reviewFrom: z.int(),
        rejectFrom: z.int(),
        /** `settings`: the rule set has none; these are from today's settings file. */
        from: z.enum(['rule_set', 'settings']),
      })
      .nullable(),
    /** Version 0 is the shipped file; null in decisions of earlier versions. */
    ruleSet: z.object({ version: z.int().nullable(), hash: z.string() }),
    /** 0 is the settings file's. */
    policyVersion: z.int(),
    trial: z.object({ trialId: z.uuid(), arm: z.enum(['champion', 'challenger']) }).nullable(),
    hits: z.array(ExplainedHit),
    erroredRules: z.array(z.object({ id: z.string(), name: z.string(), message: z.string() })),
    votes: z.array(z.object({ source: z.string(), outcome: z.enum(outcomes), label: z.string() })),
    /** Null while no fit had enough labels for the rule set. */
    fraudProbability: FraudProbability.nullable(),
    /** Null unless the order is a would-be reject that a reviewer sees by chance. */
    sampledRejectShare: z.number().nullable(),
    /** The whole explanation in plain sentences. */
    summary: z.string(),
  })
  .meta({ id: 'DecisionExplanation' });
export type DecisionExplanation = z.output<typeof DecisionExplanation>;
