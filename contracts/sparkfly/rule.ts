import { z } from 'zod';
import { across, overall } from '../cross-check.js';
import { email, filledText, text } from '../hbc/primitives.js';
import { exactly, idNumber, pageNumbers, storeNumber, wholeNumber, yesOrNo } from './primitives.js';

/** The metrics of Sparkfly's fraud alert rules. */
export const loyaltyMetrics = [
  'loyalty_enrollment_points_earned',
  'loyalty_enrollment_transactions',
  'loyalty_enrollment_retro_claims',
] as const;

/** `all_stores` pools the selected stores, `one_store` counts within each of them. */
export const alertScopes = ['all_stores', 'one_store'] as const;
export type AlertScope = (typeof alertScopes)[number];

/** Seconds in 365 days: the longest window and suppression. */
const yearSeconds = 31_536_000;

const storesMax = 1000;
const emailsMax = 50;

const hourSeconds = 3600;

/** The numbers of a rule, with the bounds of both rule models. */
export const ruleNumbers = {
  quantity: wholeNumber(1),
  timePeriod: wholeNumber(hourSeconds, yearSeconds),
  eventSuppressionPeriod: wholeNumber(0, yearSeconds),
};

export const ruleText = {
  name: filledText('alertRuleName').transform((name) => name.trim()),
  description: text('alertRuleDescription'),
};

/** The stores that a rule selects; empty selects all. */
export const storeList = z
  .array(storeNumber)
  .max(storesMax)
  .check(
    overall((stores, refuse) => {
      for (const [index, store] of stores.entries()) {
        if (stores.indexOf(store) < index) refuse([index], 'must not be there twice');
      }
    }),
  );

/** Unique mailboxes, compared without case; blank ones are rejected. */
export const emailList = z
  .array(email)
  .max(emailsMax)
  .check(
    overall((addresses, refuse) => {
      const seen = addresses.map((address) => address.trim().toLowerCase());
      for (const [index, address] of seen.entries()) {
        if (address === '') refuse([index], 'must not be blank');
        else if (seen.indexOf(address) < index) refuse([index], 'must not be there twice');
      }
    }),
  );

/** The message for a suppression shorter than the window (0 included), which suppresses nothing. */
export const tooShort =
  'must be at least the time period (0 is never valid, for a time period has at least 3600): ' +
  'else what has raised one alert would raise the next';

export const noRecipient = 'must have at least 1 element when alerts are to be sent to e-mails';

/** Body of `POST` and `PUT`; read-only and unknown fields are ignored. */
export const FraudAlertRuleInput = z
  .object({
    name: ruleText.name,
    description: ruleText.description.optional(),
    metric_type: exactly(loyaltyMetrics),
    quantity: ruleNumbers.quantity,
    time_period: ruleNumbers.timePeriod,
    event_suppression_period: ruleNumbers.eventSuppressionPeriod,
    scope_type: exactly(alertScopes),
    store_ids: storeList.default([]),
    notify_corporate_contact: yesOrNo,
    notify_emails: yesOrNo,
    notify_store_contact: yesOrNo,
    emails: emailList.default([]),
  })
  .check(
    across(['event_suppression_period', 'time_period'], (value, refuse) => {
      if (value.event_suppression_period < value.time_period) {
        refuse(['event_suppression_period'], tooShort);
      }
    }),
    across(['notify_emails', 'emails'], (value, refuse) => {
      if (value.notify_emails && value.emails.length === 0) refuse(['emails'], noRecipient);
    }),
  )
  .meta({ id: 'FraudAlertRuleInput' });
export type FraudAlertRuleInput = z.output<typeof FraudAlertRuleInput>;

export const FraudAlertRule = z
  .object({
    id: idNumber,
    name: z.string(),
    description: z.string().optional(),
    metric_type: z.string(),
    quantity: z.int(),
    time_period: z.int(),
    event_suppression_period: z.int(),
    scope_type: z.enum(alertScopes),
    store_ids: z.array(z.int()),
    notify_corporate_contact: z.boolean(),
    notify_emails: z.boolean(),
    notify_store_contact: z.boolean(),
    emails: z.array(z.string()),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'FraudAlertRule' });
export type FraudAlertRule = z.output<typeof FraudAlertRule>;

/** Answer of `GET /v1.0/fraud_alert_rules`, newest first. */
export const FraudAlertRulePage = z
  .object({ fraud_alert_rules: z.array(FraudAlertRule), ...pageNumbers })
  .meta({ id: 'FraudAlertRulePage' });
