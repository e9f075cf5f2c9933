import { z } from 'zod';
import { filledText } from '../hbc/primitives.js';
import { banners } from '../hbc/transaction.js';

/** Query of `GET /v1/transactions`. */
export const TransactionQuery = z.object({
  banner: z.enum(banners),
  orderId: filledText(64),
  groupId: filledText(64).optional(),
});

const pageSize = z
  .string()
  .regex(/^\d+$/, 'must be a whole number')
  .transform(Number)
  .pipe(z.int().min(1).max(200));

/** Query of `GET /v1/cases`. */
export const CaseQuery = z.object({
  status: z.enum(['open', 'closed']).optional(),
  banner: z.enum(banners).optional(),
  priority: z.enum(['normal', 'high']).optional(),
  reason: z.enum(['review', 'oms_rejected']).optional(),
  dueBefore: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
  limit: pageSize.prefault('50').meta({ type: 'integer', minimum: 1, maximum: 200, default: 50 }),
  cursor: z.string().max(500).optional(),
});
