import { z } from 'zod';
import { across } from '../cross-check.js';
import { storableText } from '../faults.js';
import { choice } from '../hbc/primitives.js';
import { yesOrNo } from '../sparkfly/primitives.js';
import {
  alertScopes,
  emailList,
  noRecipient,
  ruleNumbers,
  ruleText,
  storeList,
  tooShort,
} from '../sparkfly/rule.js';
import { numberInQuery } from '../query-number.js';
import { CaseQuery, zonedMoment } from './queries.js';

/** The metrics of Verdict's own alert rules. */
export const ownMetricTypes = [
  'declined_orders',
  'reviews_by_sales_rep',
  'settlements_late',
] as const;
export type OwnMetricType = (typeof ownMetricTypes)[number];

/** The subjects by which declined orders are counted. */
export const declinedSubjects = ['card', 'email', 'account', 'device', 'ip'] as const;
export type DeclinedSubject = (typeof declinedSubjects)[number];

/** Body of `POST` and `PUT` under `/v1/alert_rules`; periods are in seconds. */
export const AlertRuleInput = z
  .strictObject({
    name: ruleText.name,
    description: ruleText.description.optional(),
    metricType: choice(ownMetricTypes),
    /** Required for declined orders, and allowed for nothing else. */
    subject: choice(declinedSubjects).optional(),
    quantity: ruleNumbers.quantity,
    timePeriod: ruleNumbers.timePeriod,
    eventSuppressionPeriod: ruleNumbers.eventSuppressionPeriod,
    scopeType: choice(alertScopes).default('all_stores'),
    storeIds: storeList.default([]),
    notifyCorporateContact: yesOrNo,
    notifyEmails: yesOrNo,
    notifyStoreContact: yesOrNo,
    emails: emailList.default([]),
  })
  .check(
    across(['metricType', 'subject'], ({ metricType, subject }, refuse) => {
      const isDeclined = metricType === 'declined_orders';
      if (isDeclined && subject === undefined) {
        refuse(['subject'], 'is required for declined orders', 'missing_field');
      }
      if (!isDeclined && subject !== undefined) {
        refuse(['subject'], 'must be left out: only declined orders have it');
      }
    }),
    across(['eventSuppressionPeriod', 'timePeriod'], (value, refuse) => {
      if (value.eventSuppressionPeriod < value.timePeriod) {
        refuse(['eventSuppressionPeriod'], tooShort);
      }
    }),
    across(['notifyEmails', 'emails'], (value, refuse) => {
      if (value.notifyEmails && value.emails.length === 0) refuse(['emails'], noRecipient);
    }),
  )
  .meta({ id: 'AlertRuleInput' });
export type AlertRuleInput = z.output<typeof AlertRuleInput>;

const ownMetric = {
  metricType: z.enum(ownMetricTypes),
  subject: z.enum(declinedSubjects).nullable(),
};

export const AlertRule = z
  .object({
    id: z.int(),
    name: z.string(),
    description: z.string().nullable(),
    ...ownMetric,
    quantity: z.int(),
    timePeriod: z.int(),
    eventSuppressionPeriod: z.int(),
    scopeType: z.enum(alertScopes),
    storeIds: z.array(z.int()),
    notifyCorporateContact: z.boolean(),
    notifyEmails: z.boolean(),
    notifyStoreContact: z.boolean(),
    emails: z.array(z.string()),
    /** Who changed it last. */
    author: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'AlertRule' });
export type AlertRule = z.output<typeof AlertRule>;

/** Query of `GET /v1/alert_rules`. */
export const AlertRuleQuery = CaseQuery.pick({ limit: true, cursor: true });

/** Answer of `GET /v1/alert_rules`, newest first. */
export const AlertRulePage = z
  .object({ rules: z.array(AlertRule), nextCursor: z.string().nullable() })
  .meta({ id: 'AlertRulePage' });
export type AlertRulePage = z.output<typeof AlertRulePage>;

export const AlertEvent = z
  .object({
    id: z.int(),
    ruleId: z.int(),
    /** The rule's name when the alert was raised. */
    ruleName: z.string(),
    ...ownMetric,
    /**
     * An opaque text that identifies the owner of the counted activities; equal for the same owner.
     */
    owner: z.string(),
    store: z.int().nullable(),
    /** The measured quantity. */
    quantity: z.int(),
    suppressedCount: z.int(),
    notificationsSent: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'AlertEvent' });
export type AlertEvent = z.output<typeof AlertEvent>;

/** Query of `GET /v1/alert_events`; `from` is inclusive, `to` exclusive. */
export const AlertEventQuery = CaseQuery.pick({ limit: true, cursor: true }).extend({
  ruleId: numberInQuery(0, 999_999_999_999_999).optional(),
  owner: storableText('owner').optional(),
  createdFrom: zonedMoment.optional(),
  createdTo: zonedMoment.optional(),
});

/** Answer of `GET /v1/alert_events`, newest first. */
export const AlertEventPage = z
  .object({ events: z.array(AlertEvent), nextCursor: z.string().nullable() })
  .meta({ id: 'AlertEventPage' });
export type AlertEventPage = z.output<typeof AlertEventPage>;

const AlertOrder = z
  .object({
    transactionId: z.string(),
    store: z.int().nullable(),
    /** The time of the order's counted activity. */
    occurredAt: z.iso.datetime(),
  })
  .meta({ id: 'AlertOrder' });
export type AlertOrder = z.output<typeof AlertOrder>;

/** Answer of `GET /v1/alert_events/{id}/orders`, the latest first. */
export const AlertOrderList = z
  .object({ orders: z.array(AlertOrder) })
  .meta({ id: 'AlertOrderList' });
