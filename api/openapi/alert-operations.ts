import {
  LoyaltyActivityBody,
  LoyaltyMember,
  LoyaltyMemberLink,
  TakenActivities,
} from '../../contracts/sparkfly/activity.js';
import {
  FraudAlertEvent,
  FraudAlertEventInput,
  FraudAlertEventPage,
  FraudAlertEventQuery,
} from '../../contracts/sparkfly/event.js';
import { PageQuery } from '../../contracts/sparkfly/primitives.js';
import {
  FraudAlertRule,
  FraudAlertRuleInput,
  FraudAlertRulePage,
} from '../../contracts/sparkfly/rule.js';
import {
  AlertEventPage,
  AlertEventQuery,
  AlertOrderList,
  AlertRule,
  AlertRuleInput,
  AlertRulePage,
  AlertRuleQuery,
} from '../../contracts/v1/alerts.js';
import type { Operation } from './operation.js';

const rules = { tag: 'Alerts', roles: ['analyst'] } as const;
const events = { tag: 'Alerts', roles: ['analyst', 'reviewer'] } as const;
const pushes = { tag: 'Alerts', roles: ['sparkfly'] } as const;
const unknownRule = { 404: 'No such rule.' };

const sparkflyRules: readonly Operation[] = [
  {
    ...rules,
    method: 'get',
    path: '/v1.0/fraud_alert_rules',
    summary: "List alert rules of Sparkfly's model, newest first.",
    query: PageQuery,
    answer: FraudAlertRulePage,
    faults: { 400: 'Bad query.' },
  },
  {
    ...rules,
    method: 'post',
    path: '/v1.0/fraud_alert_rules',
    summary: "Create an alert rule of Sparkfly's model.",
    body: FraudAlertRuleInput,
    answer: FraudAlertRule,
    success: [201],
    faults: { 400: 'Bad input, or `duplicate_name`.' },
  },
  {
    ...rules,
    method: 'get',
    path: '/v1.0/fraud_alert_rules/{id}',
    summary: "Read an alert rule of Sparkfly's model.",
    answer: FraudAlertRule,
    faults: unknownRule,
  },
  {
    ...rules,
    method: 'put',
    path: '/v1.0/fraud_alert_rules/{id}',
    summary: "Set all of an alert rule of Sparkfly's model; later activities go by it.",
    body: FraudAlertRuleInput,
    answer: FraudAlertRule,
    faults: { 400: 'Bad input, or `duplicate_name`.', ...unknownRule },
  },
  {
    ...rules,
    method: 'delete',
    path: '/v1.0/fraud_alert_rules/{id}',
    summary: "Delete an alert rule of Sparkfly's model; its alerts stay.",
    success: [204],
    faults: unknownRule,
  },
];

const sparkflyEvents: readonly Operation[] = [
  {
    ...events,
    method: 'get',
    path: '/v1.0/fraud_alert_events',
    summary: 'List alerts of loyalty members, our own and those of Sparkfly, newest first.',
    query: FraudAlertEventQuery,
    answer: FraudAlertEventPage,
    faults: { 400: 'Bad query.' },
  },
  {
    ...pushes,
    method: 'post',
    path: '/v1.0/fraud_alert_events',
    summary: 'Take in an alert that Sparkfly raised; a known one (200) is moved forward in place.',
    body: FraudAlertEventInput,
    answer: FraudAlertEvent,
    success: [201, 200],
    faults: { 400: 'Bad input.' },
  },
  {
    ...pushes,
    method: 'post',
    path: '/v1.0/loyalty_activities',
    summary: 'Take in one or many activities of loyalty members, all or none.',
    body: LoyaltyActivityBody,
    answer: TakenActivities,
    faults: { 400: 'Bad input, with the path of each fault.' },
  },
  {
    ...rules,
    method: 'put',
    path: '/v1/loyalty_members/{loyalty_enrollment_id}',
    summary: 'Say which account a loyalty member has.',
    body: LoyaltyMemberLink,
    answer: LoyaltyMember,
    faults: { 400: 'Bad input.', 404: 'No such member.' },
  },
];

const ownAlerts: readonly Operation[] = [
  {
    ...rules,
    method: 'get',
    path: '/v1/alert_rules',
    summary: 'List alert rules of our own, newest first.',
    query: AlertRuleQuery,
    answer: AlertRulePage,
    faults: { 400: 'Bad query.' },
  },
  {
    ...rules,
    method: 'post',
    path: '/v1/alert_rules',
    summary: 'Create an alert rule of our own.',
    body: AlertRuleInput,
    answer: AlertRule,
    faults: { 400: 'Bad input.', 409: '`duplicate_name`: another rule has this name.' },
  },
  {
    ...rules,
    method: 'get',
    path: '/v1/alert_rules/{id}',
    summary: 'Read an alert rule of our own.',
    answer: AlertRule,
    faults: unknownRule,
  },
  {
    ...rules,
    method: 'put',
    path: '/v1/alert_rules/{id}',
    summary: 'Set all of an alert rule of our own; later activities go by it.',
    body: AlertRuleInput,
    answer: AlertRule,
    faults: {
      400: 'Bad input.',
      ...unknownRule,
      409: '`duplicate_name`: another rule has this name.',
    },
  },
  {
    ...rules,
    method: 'delete',
    path: '/v1/alert_rules/{id}',
    summary: 'Delete an alert rule of our own; its alerts stay.',
    answer: AlertRule,
    faults: unknownRule,
  },
  {
    ...events,
    method: 'get',
    path: '/v1/alert_events',
    summary: 'List the alerts of our own rules, newest first.',
    query: AlertEventQuery,
    answer: AlertEventPage,
    faults: { 400: 'Bad query.' },
  },
  {
    ...events,
    method: 'get',
    path: '/v1/alert_events/{id}/orders',
    summary: 'List the orders that an alert of our own rules counted, the latest 200.',
    answer: AlertOrderList,
    faults: { 404: 'No such alert.' },
  },
];

/** Alert rules, alerts, and what rules count. */
export const alertOperations: readonly Operation[] = [
  ...sparkflyRules,
  ...sparkflyEvents,
  ...ownAlerts,
];
