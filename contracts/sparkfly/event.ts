import { z } from 'zod';
import { across } from '../cross-check.js';
import { filledText } from '../hbc/primitives.js';
import { numberInQuery } from '../query-number.js';
import {
  idNumber,
  instant,
  PageQuery,
  pageNumbers,
  storeNumber,
  wholeNumber,
  yesOrNo,
} from './primitives.js';
import { loyaltyMetrics } from './rule.js';

/** `verdict`: Verdict's engine raised the alert; `sparkfly`: Sparkfly raised and reported it. */
export const alertSources = ['verdict', 'sparkfly'] as const;

/** Whether the metric is one of the documented three. */
export const isLoyaltyMetric = (metric: string): boolean =>
  loyaltyMetrics.some((known) => known === metric);

/** Counts are stored as 32-bit numbers. */
const countMax = 2 ** 31 - 1;

/** Body of `POST /v1.0/fraud_alert_events`: an alert of Sparkfly's. Unknown fields are ignored. */
export const FraudAlertEventInput = z
  .object({
    fraud_alert_rule_id: idNumber,
    fraud_alert_rule_name: filledText('sparkflyRuleName'),
    /** Any text, because Sparkfly may add metrics and their alerts must be stored too. */
    metric_type: filledText('code'),
    notifications_sent: yesOrNo,
    quantity: wholeNumber(1),
    created_at: instant.optional(),
    loyalty_enrollment_id: idNumber.optional(),
    store_id: storeNumber.optional(),
    suppressed_count: wholeNumber(0, countMax).default(0),
    updated_at: instant.optional(),
    /**
     * Not in Sparkfly's model: the member's account id in our orders, where the sender knows it.
     */
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
    /** False when the metric is not one of the documented three. */
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

/** Query of `GET /v1.0/fraud_alert_events`; `from` is inclusive, `to` exclusive. */
export const FraudAlertEventQuery = PageQuery.extend({
  fraud_alert_rule_id: numberInQuery(1).optional(),
  loyalty_enrollment_id: numberInQuery(1).optional(),
  store_id: numberInQuery(0).optional(),
  created_from: instant.optional(),
  created_to: instant.optional(),
});

/** Answer of `GET /v1.0/fraud_alert_events`, newest first. */
export const FraudAlertEventPage = z
  .object({ fraud_alert_events: z.array(FraudAlertEvent), ...pageNumbers })
  .meta({ id: 'FraudAlertEventPage' });
