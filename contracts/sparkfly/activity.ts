import { z } from 'zod';
import { choice, filledText } from '../hbc/primitives.js';
import { banners } from '../hbc/transaction.js';
import { exactly, idNumber, instant, storeNumber, wholeNumber } from './primitives.js';
import { loyaltyMetrics } from './rule.js';

/** Activities per `POST`. */
export const activitiesMax = 500;

/** Keeps the sum of any window exact. */
const quantityMax = 2 ** 31 - 1;

/** An action of a loyalty member. Unknown fields are ignored. */
export const LoyaltyActivity = z
  .object({
    /** The sender's own id; a repeated one is counted once. */
    id: filledText('activityId'),
    metric_type: exactly(loyaltyMetrics),
    /** Points, or 1 for a transaction or claim. */
    quantity: wholeNumber(1, quantityMax),
    loyalty_enrollment_id: idNumber,
    /** Absent where no store was involved, as with points granted by hand. */
    store_id: storeNumber.optional(),
    occurred_at: instant,
    /** The member's account id in our orders, where the sender knows it. */
    account_id: filledText('id').optional(),
  })
  .meta({ id: 'LoyaltyActivity' });
export type LoyaltyActivity = z.output<typeof LoyaltyActivity>;

export const LoyaltyActivities = z.array(LoyaltyActivity).min(1).max(activitiesMax);

/** Body of `POST /v1.0/loyalty_activities` in the API document: one or many. */
export const LoyaltyActivityBody = z
  .union([LoyaltyActivity, LoyaltyActivities])
  .meta({ id: 'LoyaltyActivityBody' });

/** Answer of `POST /v1.0/loyalty_activities`. */
export const TakenActivities = z
  .object({ accepted: z.int(), duplicates: z.int() })
  .meta({ id: 'TakenActivities' });
export type TakenActivities = z.output<typeof TakenActivities>;

/** Body of `PUT /v1/loyalty_members/{loyalty_enrollment_id}`. */
export const LoyaltyMemberLink = z
  .strictObject({
    account_id: filledText('id').transform((account) => account.trim()),
    /**
     * Accounts belong to a banner. Without one, the link covers this account id at every banner.
     */
    banner: choice(banners).optional(),
  })
  .meta({ id: 'LoyaltyMemberLink' });
export type LoyaltyMemberLink = z.output<typeof LoyaltyMemberLink>;

export const LoyaltyMember = z
  .object({
    loyalty_enrollment_id: z.int(),
    account_id: z.string(),
    banner: z.enum(banners).nullable(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'LoyaltyMember' });
export type LoyaltyMember = z.output<typeof LoyaltyMember>;
