import { z } from 'zod';
import { primitive, storableText } from '../faults.js';
import { refuse } from '../refusal.js';
import { filledText } from '../hbc/primitives.js';
import { banners } from '../hbc/transaction.js';
import { numberInQuery } from '../query-number.js';
import { votingPartners } from '../voting-partners.js';
import { labelKinds } from './labels.js';

/** Query of `GET /v1/transactions`. */
export const TransactionQuery = z.object({
  banner: z.enum(banners),
  orderId: filledText('orderKey'),
  groupId: filledText('orderKey').optional(),
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

/** A number in a query, at least 0. */
const amountInQuery = primitive({ type: 'number', minimum: 0 }, (value) => {
  const text = typeof value === 'string' ? value : '';
  return /^\d{1,12}(\.\d{1,4})?$/.test(text)
    ? Number(text)
    : refuse('invalid_value', 'must be a number such as 250 or 99.95');
});

/** A view of the queue: what a reviewer opens with one key. */
export const queueViews = [
  'all',
  'mine',
  'free',
  'overdue',
  'escalated',
  'second',
  'held',
] as const;
export type QueueView = (typeof queueViews)[number];

/** The orders of a list of cases; by priority it has open ones only. */
export const queueSorts = ['due', 'priority', 'score', 'amount', 'age'] as const;
export type QueueSort = (typeof queueSorts)[number];

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
  openedBefore: zonedMoment.optional(),
  rule: storableText('code', 1)
    .optional()
    .meta({ description: 'Only cases for which the rule with this id tripped.' }),
  amountMin: amountInQuery.optional(),
  amountMax: amountInQuery.optional(),
  assignee: storableText('owner', 1).optional(),
  partnerDown: z.enum(votingPartners).optional(),
  label: z.enum(labelKinds).optional(),
  tag: storableText('code', 1).optional(),
  view: z.enum(queueViews).optional(),
  sort: z.enum(queueSorts).default('due'),
  limit: pageLimit,
  cursor: pageCursor,
});
