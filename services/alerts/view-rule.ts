import type { FraudAlertRule } from '../../contracts/sparkfly/rule.js';
import type { AlertRule } from '../../contracts/v1/alerts.js';
import { readMetric } from '../../domain/alerts/own-metric.js';
import type { StoredRule } from './stored-rule.js';

/** A rule in Sparkfly's model. */
export const viewFraudAlertRule = ({ row, emails }: StoredRule): FraudAlertRule => ({
  id: row.rule_id,
  name: row.name,
  ...(row.description !== null && { description: row.description }),
  metric_type: row.metric,
  quantity: row.quantity,
  time_period: row.time_period_s,
  event_suppression_period: row.suppression_s,
  scope_type: row.scope,
  store_ids: row.store_ids,
  notify_corporate_contact: row.notify_corporate,
  notify_emails: row.notify_emails,
  notify_store_contact: row.notify_store,
  emails: [...emails],
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

/** A rule in our own model. */
export const viewAlertRule = ({ row, emails }: StoredRule): AlertRule => {
  const metric = readMetric(row.metric);
  if (metric === undefined) throw new Error('a rule of no metric of ours');
  return {
    id: row.rule_id,
    name: row.name,
    description: row.description,
    ...metric,
    quantity: row.quantity,
    timePeriod: row.time_period_s,
    eventSuppressionPeriod: row.suppression_s,
    scopeType: row.scope,
    storeIds: row.store_ids,
    notifyCorporateContact: row.notify_corporate,
    notifyEmails: row.notify_emails,
    notifyStoreContact: row.notify_store,
    emails: [...emails],
    author: row.author,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
};
