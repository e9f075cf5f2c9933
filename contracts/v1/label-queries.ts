import { z } from 'zod';
import { across } from '../cross-check.js';
import { date, filledText } from '../hbc/primitives.js';
import { banners } from '../hbc/transaction.js';
import { numberInQuery } from '../query-number.js';
import { labelKinds } from './labels.js';
import { pageCursor, pageLimit, zonedMoment } from './queries.js';

/** Labels stated from `from` (inclusive) to `to` (exclusive). */
const filter = {
  kind: z.enum(labelKinds).optional(),
  banner: z.enum(banners).optional(),
  from: zonedMoment.optional(),
  to: zonedMoment.optional(),
};

/** Query of `GET /v1/labels`. */
export const LabelQuery = z.object({
  ...filter,
  limit: pageLimit,
  cursor: pageCursor,
});

/** Query of `GET /v1/labels.csv`. */
export const LabelExportQuery = z.object(filter);

/** How far an order's day may differ from the one given with `last4`. */
export const MatchQuery = z.object({
  matchDays: numberInQuery(0, 14)
    .prefault('3')
    .meta({ type: 'integer', minimum: 0, maximum: 14, default: 3 }),
});

/** Query of `DELETE /v1/labels/{labelId}`. */
export const WithdrawalQuery = z.object({ reason: filledText('withdrawalReason') });

export const performanceGroups = ['rule', 'outcome', 'month', 'rule_set'] as const;
export type PerformanceGroup = (typeof performanceGroups)[number];

/** A year and a day: longer periods would load the database for too long. */
const daysMax = 366;
const dayMs = 86_400_000;

/**
 * Query of `GET /v1/labels/performance`: orders decided from `from` (inclusive) to `to`
 * (exclusive), UTC.
 */
export const PerformanceQuery = z
  .object({
    from: date,
    to: date,
    banner: z.enum(banners).optional(),
    by: z.enum(performanceGroups),
    /** With `month` and `rule_set`: figures of this rule instead of the outcome. */
    rule: filledText('code').optional(),
  })
  .check(
    across(['from', 'to'], ({ from, to }, refuse) => {
      const days = (Date.parse(to) - Date.parse(from)) / dayMs;
      if (days <= 0) refuse(['to'], 'must be after from');
      if (days > daysMax) refuse(['to'], `must be at most ${daysMax} days after from`);
    }),
    across(['by', 'rule'], ({ by, rule }, refuse) => {
      if (rule !== undefined && (by === 'rule' || by === 'outcome')) {
        refuse(['rule'], 'may be given by month or rule_set only');
      }
    }),
  );
