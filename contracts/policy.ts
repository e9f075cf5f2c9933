import { z } from 'zod';
import { ofEachPartner } from './voting-partners.js';

/**
 * How one banner decides, besides its rules: which partners are asked, what their words count,
 * and what happens when they are silent. A partner that does not answer is never a good vote.
 */
export const Policy = z
  .strictObject({
    partners: z.strictObject(ofEachPartner('policy')).prefault({}),
    /** Milliseconds for all partners inside one answer; never more than `DECISION_BUDGET_MS`. */
    budgetMs: z.int().min(50).max(60_000).nullable().default(null),
    outage: z
      .strictObject({
        /**
         * Largest order total, in the banner's currency, that is accepted while every partner is
         * down and the local score accepts; it is asked about again later. 0 accepts none.
         */
        maxAutoAccept: z.number().min(0).max(1_000_000_000).default(0),
      })
      .prefault({}),
    /** Sends to a person whatever would be accepted. */
    reviewAll: z.boolean().default(false),
    /** `review` sends would-be automatic rejects to a person instead (GDPR Art. 22). */
    automaticReject: z.enum(['settle', 'review']).default('settle'),
    /** Rejects when two partners answered and said review. */
    agreeingReviewsReject: z.boolean().default(false),
  })
  .meta({ id: 'Policy', description: 'How one banner decides, besides its rules.' });
export type Policy = z.output<typeof Policy>;
