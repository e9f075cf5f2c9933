import { z } from 'zod';
import { storable } from './faults.js';
import { banners } from './hbc/transaction.js';

/** `group.name` of a fact, as the fact catalogue lists them. */
const factName = z.string().regex(/^[a-zA-Z]+\.[a-zA-Z0-9]+$/, 'must be a number or group.fact');

const pointsForm = 'must be a whole number from -1000 to 1000, or the name of a number fact';

/**
 * One way for a rule to trip. Among the cases that hold, the hardest with the most points counts.
 */
const RuleCase = z.strictObject({
  /** Condition in CEL over the facts, of type bool. */
  when: z.string().min(1).max(2000).check(storable),
  /** Points added to the score, or the name of the number fact that gives them. */
  points: z.union([z.int().min(-1000).max(1000), factName], { error: pointsForm }).default(0),
  /**
   * `review` and `reject`: the outcome is at least this, whatever the score. `accept`: replaces the
   * score's band; other rules' review and reject, and the partners' votes, still count.
   */
  hard: z.enum(['accept', 'review', 'reject']).optional(),
  /** A sentence with `{group.fact}` placeholders; it is stored with each hit. */
  reason: z.string().min(1).max(300).check(storable),
});
const cases = z.array(RuleCase).min(1).max(10);

/** The subject whose hash places an order in a rollout: all its orders fall on one side. */
export const rolloutSubjects = ['order', 'card', 'email', 'account', 'device', 'ip'] as const;
export type RolloutSubject = (typeof rolloutSubjects)[number];

/** A share of subjects in percent, to hundredths. */
export const rolloutPercent = z.number().min(0).max(100).multipleOf(0.01);

const Rollout = z.strictObject({
  percent: rolloutPercent,
  /** An order that lacks the subject is placed by its order id. */
  by: z.enum(rolloutSubjects).default('card'),
});
export type Rollout = z.output<typeof Rollout>;

/** `shadow`: evaluated after the answer and counted in reports; it never changes an answer. */
const mode = z.enum(['live', 'shadow']);

export const ruleId = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,31}$/, 'must be a letter, then letters, digits, _ or -');

/** One rule. Its id and name are printed in `rulesTripped`, where `;` ends an entry. */
export const Rule = z.strictObject({
  id: ruleId,
  name: z
    .string()
    .regex(/^\S([^;\p{Cc}]{0,38}\S)?$/u, 'must have 1 to 40 characters without ; or line breaks')
    .refine((name) => !name.includes(';'), 'must not hold ;')
    .check(storable),
  enabled: z.boolean().default(true),
  mode: mode.default('live'),
  /** The rule does not trip for subjects outside this share. */
  rollout: Rollout.optional(),
  cases,
});
export type Rule = z.output<typeof Rule>;

/** The scores from which an order is reviewed and rejected. */
export const Bands = z
  .strictObject({ reviewFrom: z.int(), rejectFrom: z.int() })
  .refine((bands) => bands.reviewFrom <= bands.rejectFrom, 'reviewFrom must not exceed rejectFrom');
export type Bands = z.output<typeof Bands>;

/** A banner's override of a rule; absent fields keep the rule's values. */
export const RuleOverride = z.strictObject({
  enabled: z.boolean().optional(),
  mode: mode.optional(),
  rollout: Rollout.optional(),
  cases: cases.optional(),
});
export type RuleOverride = z.output<typeof RuleOverride>;

const BannerRules = z.strictObject({
  bands: Bands.optional(),
  /** By rule id. */
  rules: z.record(z.string(), RuleOverride).default({}),
});
export type BannerRules = z.output<typeof BannerRules>;

/** A rules file. Each rule is parsed separately, so that every invalid one is reported. */
export const RuleSetFile = z.strictObject({
  /** For banners without bands of their own here. Without it, the settings file's bands apply. */
  bands: Bands.optional(),
  rules: z.array(z.unknown()).min(1).max(300),
  banners: z.partialRecord(z.enum(banners), BannerRules).default({}),
});
