import { expect } from 'vitest';
import { FraudAlertEventPage } from '../../contracts/sparkfly/event.js';
import { FraudAlertRule } from '../../contracts/sparkfly/rule.js';
import type { keys } from '../support/stack.js';
import type { Api, ApiReply } from './server.js';

export type Key = keyof typeof keys;

export const rulesPath = '/v1.0/fraud_alert_rules';
export const eventsPath = '/v1.0/fraud_alert_events';
export const activitiesPath = '/v1.0/loyalty_activities';

export const rule = {
  name: 'Points in an hour',
  metric_type: 'loyalty_enrollment_points_earned',
  quantity: 1200,
  time_period: 3600,
  event_suppression_period: 3600,
  scope_type: 'all_stores',
  notify_corporate_contact: true,
  notify_emails: true,
  notify_store_contact: false,
  emails: ['fraud@example.com'],
};

export const at = '2026-10-01T12:00:00Z';

export const activity = (id: string, given: object = {}) => ({
  ...{ id, metric_type: rule.metric_type, quantity: 617, loyalty_enrollment_id: 77, store_id: 3 },
  occurred_at: at,
  ...given,
});

export const told = {
  fraud_alert_rule_id: 12,
  fraud_alert_rule_name: 'Theirs',
  metric_type: 'loyalty_enrollment_retro_claims',
  notifications_sent: false,
  quantity: 4,
  created_at: at,
  loyalty_enrollment_id: 77,
  suppressed_count: 1,
};

/** The requests of an API's callers about alerts. */
export const alertsAt = (api: Api) => {
  const send = (method: string, path: string, body: unknown, key: Key) =>
    api.ask(path, { method, key, body: JSON.stringify(body) });
  return {
    send,
    get: (path: string, key: Key = 'analyst') => api.ask(path, { key }),
    push: (body: unknown) => send('POST', activitiesPath, body, 'sparkfly'),
    tell: (body: unknown) => send('POST', eventsPath, body, 'sparkfly'),
    createRule: async (given: object = {}) => {
      const reply = await send('POST', rulesPath, { ...rule, ...given }, 'analyst');
      expect(reply.status, reply.text).toBe(201);
      return FraudAlertRule.parse(reply.json);
    },
    pageOf: async (query = '') => {
      const reply = await api.ask(`${eventsPath}?${query}`, { key: 'reviewer' });
      expect(reply.status, reply.text).toBe(200);
      return FraudAlertEventPage.parse(reply.json);
    },
  };
};

/** The faults of a bad request, each as `code: message`. */
export const messagesOf = (reply: ApiReply): string[] => {
  expect(reply.status, reply.text).toBe(400);
  return (reply.json as { error: string; message: string }[]).map(
    ({ error, message }) => `${error}: ${message}`,
  );
};
