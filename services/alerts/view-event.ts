import { type FraudAlertEvent, isLoyaltyMetric } from '../../contracts/sparkfly/event.js';
import type { AlertEvent } from '../../contracts/v1/alerts.js';
import type { AlertEventRow } from '../../db/alert-events.js';
import { readMetric } from '../../domain/alerts/own-metric.js';

/** An alert as Sparkfly's model has it, with our own id and where it came from. */
export const viewFraudAlertEvent = (row: AlertEventRow): FraudAlertEvent => ({
  id: row.event_id,
  source: row.source,
  fraud_alert_rule_id: row.rule_id,
  fraud_alert_rule_name: row.rule_name,
  metric_type: row.metric,
  metric_known: isLoyaltyMetric(row.metric),
  notifications_sent: row.notifications_sent,
  quantity: row.quantity,
  created_at: row.created_at.toISOString(),
  ...(row.owner !== null && { loyalty_enrollment_id: Number(row.owner) }),
  ...(row.store !== null && { store_id: row.store }),
  suppressed_count: row.suppressed_count,
  updated_at: row.updated_at.toISOString(),
});

/** An alert of a rule of our own. */
export const viewAlertEvent = (row: AlertEventRow): AlertEvent => {
  const metric = readMetric(row.metric);
  if (metric === undefined || row.owner === null) throw new Error('an alert of no metric of ours');
  return {
    id: row.event_id,
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    ...metric,
    owner: row.owner,
    store: row.store,
    quantity: row.quantity,
    suppressedCount: row.suppressed_count,
    notificationsSent: row.notifications_sent,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
};
