import { z } from 'zod';
import { across } from '../cross-check.js';
import { filledText } from '../hbc/primitives.js';
import {
  idNumber,
  instant,
  PageQuery,
  pageNumbers,
  queryNumber,
  storeNumber,
  wholeNumber,
  yesOrNo,
} from './primitives.js';
import { loyaltyMetrics } from './rule.js';

/** `verdict`: our engine raised it; `sparkfly`: Sparkfly did, and we were told. */
export const alertSources = ['verdict', 'sparkfly'] as const;

/** Whether it is one of the documented three. */
export const isLoyaltyMetric = (metric: string): boolean =>
  loyaltyMetrics.some((known) => known === metric);

/** Counts stay within 32 bits, as they are stored. */
const countMax = 2 ** 31 - 1;

/** Body of `POST /v1.0/fraud_alert_events`: what Sparkfly raised. Unknown fields are ignored. */
export const FraudAlertEventInput = z
  .object({
    fraud_alert_rule_id: idNumber,
    fraud_alert_rule_name: filledText('toldRuleName'),
    /** Sparkfly may count more one day: an alert of it is kept all the same. */
    metric_type: filledText('code'),
    notifications_sent: yesOrNo,
    quantity: wholeNumber(1),
    created_at: instant.optional(),
    loyalty_enrollment_id: idNumber.optional(),
    store_id: storeNumber.optional(),
    suppressed_count: wholeNumber(0, countMax).default(0),
    updated_at: instant.optional(),
    /** Not in Sparkfly's model: the member's account with us, where the sender knows it. */
    account_id: filledText('id').optional(),
  })
  .check(
    across(['metric_type', 'loyalty_enrollment_id'], (value, refuse) => {
      if (isLoyaltyMetric(value.metric_type) && value.loyalty_enrollment_id === undefined) {
        const message = 'is required for the metrics of loyalty members';
        refuse(['loyalty_enrollment_id'], message, 'missing_field');
      }
    }),
  )
  .meta({ id: 'FraudAlertEventInput' });
export type FraudAlertEventInput = z.output<typeof FraudAlertEventInput>;

export const FraudAlertEvent = z
  .object({
    id: idNumber,
    source: z.enum(alertSources),
    fraud_alert_rule_id: z.int(),
    fraud_alert_rule_name: z.string(),
    metric_type: z.string(),
    /** False when the metric is none of the documented three. */
    metric_known: z.boolean(),
    notifications_sent: z.boolean(),
    quantity: z.int(),
    created_at: z.iso.datetime(),
    loyalty_enrollment_id: z.int().optional(),
    store_id: z.int().optional(),
    suppressed_count: z.int(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'FraudAlertEvent' });
export type FraudAlertEvent = z.output<typeof FraudAlertEvent>;

/** Query of `GET /v1.0/fraud_alert_events`; from is included, to is not. */
export const FraudAlertEventQuery = PageQuery.extend({
  fraud_alert_rule_id: queryNumber(1).optional(),
  loyalty_enrollment_id: queryNumber(1).optional(),
  store_id: queryNumber(0).optional(),
  created_from: instant.optional(),
  created_to: instant.optional(),
});

/** Answer of `GET /v1.0/fraud_alert_events`, newest first. */
export const FraudAlertEventPage = z
  .object({ fraud_alert_events: z.array(FraudAlertEvent), ...pageNumbers })
  .meta({ id: 'FraudAlertEventPage' });
