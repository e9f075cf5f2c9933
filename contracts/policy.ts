import { z } from 'zod';
import { ofEachPartner } from './voting-partners.js';

/**
 * How one banner decides, besides its rules: which partners are asked, how their labels vote, and
 * what happens without an answer. A partner that does not answer never votes accept.
 */
export const Policy = z
  .strictObject({
    partners: z.strictObject(ofEachPartner('policy')).prefault({}),
    /** Budget of all partners within one answer, in milliseconds; at most `DECISION_BUDGET_MS`. */
    budgetMs: z.int().min(50).max(60_000).nullable().default(null),
    outage: z
      .strictObject({
        /**
         * The largest order total, in the banner's currency, that is accepted while every partner
         * is down and the local score accepts. The partners are asked again later. 0 accepts none.
         */
        maxAutoAccept: z.number().min(0).max(1_000_000_000).default(0),
      })
      .prefault({}),
    /** Sends every order that would be accepted to review. */
    reviewAll: z.boolean().default(false),
    /** `review` sends would-be automatic rejects to a reviewer instead (GDPR Art. 22). */
    automaticReject: z.enum(['settle', 'review']).default('settle'),
    /**
     * The share of would-be rejects that goes to a reviewer instead, chosen at random, so that
     * rejects can be judged. An order that a list blocks is never chosen.
     */
    reviewedRejectShare: z.number().min(0).max(0.01).default(0),
    /** Rejects when at least two partners answered and voted review. */
    agreeingReviewsReject: z.boolean().default(false),
    /** What happens when a rule set in force flags far more orders than was expected of it. */
    flagGuard: z
      .strictObject({
        /** The multiple of the expected share of flagged orders from which an alarm is raised. */
        multiple: z.number().min(1.5).max(20).default(2),
        /** Whether the version before then comes into force again by itself. */
        fallBack: z.boolean().default(false),
      })
      .prefault({}),
  })
  .meta({ id: 'Policy', description: 'How one banner decides, besides its rules.' });
export type Policy = z.output<typeof Policy>;
