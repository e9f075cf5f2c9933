import type { FraudAlertRuleInput } from '../../contracts/sparkfly/rule.js';
import type { AlertRuleInput } from '../../contracts/v1/alerts.js';
import type { AlertRuleValues } from '../../db/alert-rules.js';
import { metricOf } from '../../domain/alerts/own-metric.js';

/** The settings of a rule of either model, with e-mail addresses in clear text. */
export interface RuleSettings extends Omit<AlertRuleValues, 'emails'> {
  readonly emails: readonly string[];
}

/** Reads the settings of a rule in Sparkfly's model. */
export const settingsOfLoyalty = (given: FraudAlertRuleInput): RuleSettings => ({
  name: given.name,
  description: given.description,
  metric: given.metric_type,
  quantity: given.quantity,
  timePeriodS: given.time_period,
  suppressionS: given.event_suppression_period,
  scope: given.scope_type,
  storeIds: given.store_ids,
  notifyCorporate: given.notify_corporate_contact,
  notifyStore: given.notify_store_contact,
  notifyEmails: given.notify_emails,
  emails: given.emails,
});

/** Reads the settings of a rule in Verdict's own model. */
export const settingsOfOwn = (given: AlertRuleInput): RuleSettings => ({
  name: given.name,
  description: given.description,
  metric: metricOf({ metricType: given.metricType, subject: given.subject ?? null }),
  quantity: given.quantity,
  timePeriodS: given.timePeriod,
  suppressionS: given.eventSuppressionPeriod,
  scope: given.scopeType,
  storeIds: given.storeIds,
  notifyCorporate: given.notifyCorporateContact,
  notifyStore: given.notifyStoreContact,
  notifyEmails: given.notifyEmails,
  emails: given.emails,
});
