import { z } from 'zod';

/** `group.name` of a fact, as the fact catalogue lists them. */
const factName = z.string().regex(/^[a-zA-Z]+\.[a-zA-Z0-9]+$/, 'must be a number or group.fact');

/** A way for a rule to trip. Of the cases that hold, the hardest with the most points counts. */
const RuleCase = z.strictObject({
  /** Condition in CEL over the facts, of type bool. */
  when: z.string().min(1).max(2000),
  /** Points added to the score, or the name of the number fact that gives them. */
  points: z.union([z.int().min(-1000).max(1000), factName]).default(0),
  /** The outcome is at least this, whatever the score says. */
  hard: z.enum(['review', 'reject']).optional(),
  /** A sentence with `{group.fact}` where a value goes. */
  reason: z.string().min(1).max(300),
});

/** One rule. Its id and name are printed in `rulesTripped`, where `;` ends an entry. */
export const Rule = z.strictObject({
  id: z.string().regex(/^[A-Za-z][\w-]{0,31}$/, 'must be a letter, then letters, digits, _ or -'),
  name: z
    .string()
    .regex(/^\S([^;\p{Cc}]{0,38}\S)?$/u, 'must have 1 to 40 characters without ; or line breaks')
    .refine((name) => !name.includes(';'), 'must not hold ;'),
  enabled: z.boolean().default(true),
  cases: z.array(RuleCase).min(1).max(10),
});
export type Rule = z.output<typeof Rule>;

/** A rules file; each rule is parsed by itself, so that every wrong one is reported. */
export const RuleSetFile = z.strictObject({ rules: z.array(z.unknown()).min(1).max(300) });
