import { z } from 'zod';
import { primitive, storableText } from '../faults.js';
import { refuse } from '../refusal.js';
import { filledText } from '../hbc/primitives.js';
import { banners } from '../hbc/transaction.js';

/** Query of `GET /v1/transactions`. */
export const TransactionQuery = z.object({
  banner: z.enum(banners),
  orderId: filledText('orderKey'),
  groupId: filledText('orderKey').optional(),
});

/** A whole number in a query. */
export const numberInQuery = (min: number, max: number) =>
  primitive({ type: 'integer', minimum: min, maximum: max }, (value) => {
    const whole = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : -1;
    return whole >= min && whole <= max
      ? whole
      : refuse('invalid_value', `must be a whole number from ${min} to ${max}`);
  });

/** Maximum elements per page. */
export const pageLimit = numberInQuery(1, 200)
  .prefault('50')
  .meta({ type: 'integer', minimum: 1, maximum: 200, default: 50 });

/** False for a moment whose UTC year RFC 3339 cannot write; true for a text that is no moment. */
const hasPlainYear = (text: string): boolean => {
  const year = new Date(text).getUTCFullYear();
  return !(year < 0 || year > 9999);
};

/** A date-time with zone whose UTC year is 0 to 9999, so that answers can print it in UTC. */
export const zonedMoment = z.iso
  .datetime({ offset: true })
  .refine(hasPlainYear, 'must lie in the years 0 to 9999 of UTC')
  .transform((text) => new Date(text));

/** The `nextCursor` of the previous page; absent for the first one. */
export const pageCursor = storableText('cursor').optional();

/** Query of `GET /v1/cases`. */
export const CaseQuery = z.object({
  status: z.enum(['open', 'closed']).optional(),
  banner: z.enum(banners).optional(),
  priority: z.enum(['normal', 'high']).optional(),
  reason: z
    .enum(['review', 'oms_rejected'])
    .optional()
    .meta({ description: 'Only cases with this reason.' }),
  dueBefore: zonedMoment.optional(),
  limit: pageLimit,
  cursor: pageCursor,
});
