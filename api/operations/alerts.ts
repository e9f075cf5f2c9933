import {
  AlertEventPage,
  AlertEventQuery,
  AlertOrderList,
  AlertRule,
  AlertRuleInput,
  AlertRulePage,
  AlertRuleQuery,
} from '../../contracts/v1/alerts.js';
import type { Role } from '../../contracts/v1/roles.js';
import { listEvents, ListPlace, viewAlertEvent } from '../../services/alerts/events.js';
import { listOrders } from '../../services/alerts/order-feed.js';
import { settingsOfOwn } from '../../services/alerts/rule-settings.js';
import {
  changeRule,
  createRule,
  deleteRule,
  listRules,
  readRule,
  viewAlertRule,
} from '../../services/alerts/rules.js';
import { readCursor } from '../../services/cursor.js';
import { alertPart, listedOr, ruleFault, rulePart } from '../alert-answers.js';
import { found, get, post, put, remove, tagged } from '../operation.js';
import { placeOf } from '../parsed.js';

const writers: readonly Role[] = ['analyst'];
const readers: readonly Role[] = ['analyst', 'reviewer'];
const family = 'own';

const params = { id: rulePart };

const taken = '`duplicate_name`: another rule has this name.';

const exampleRule = {
  name: 'declined cards',
  metricType: 'declined_orders',
  subject: 'card',
  quantity: 5,
  timePeriod: 86_400,
  eventSuppressionPeriod: 86_400,
  notifyCorporateContact: false,
  notifyEmails: true,
  notifyStoreContact: false,
  emails: ['fraud@example.com'],
};

const pageOf = ({ limit, cursor }: { limit: number; cursor?: string | undefined }) => {
  const place = placeOf(cursor, (text) => readCursor(ListPlace, text));
  return { asOf: place?.asOf, limit, offset: place?.offset ?? 0 };
};

const tag = {
  name: 'Alerts',
  description: "Alert rules over Verdict's own events, and the alerts they raised.",
};

export const alertOperations = tagged(tag, [
  get('/v1/alert_rules', {
    summary: "List Verdict's own alert rules, newest first.",
    roles: writers,
    query: AlertRuleQuery,
    answer: AlertRulePage,
    returns: 'A page of rules, newest first.',
    handle: async (context, { query }) => {
      const listed = listedOr(await listRules(context, family, pageOf(query)), 'cursor');
      return { rules: listed.items.map(viewAlertRule), nextCursor: listed.nextCursor };
    },
  }),
  post('/v1/alert_rules', {
    summary: "Create an alert rule of Verdict's own model.",
    roles: writers,
    body: AlertRuleInput,
    examples: { declinedCards: exampleRule },
    answer: AlertRule,
    returns: 'The rule.',
    faults: { 409: taken },
    handle: async (context, { body }) => {
      const given = { family, settings: settingsOfOwn(body) } as const;
      const created = await createRule(context, given);
      if (created.kind !== 'created') throw ruleFault(created, 409);
      return viewAlertRule(created.rule);
    },
  }),
  get('/v1/alert_rules/{id}', {
    summary: "Read an alert rule of Verdict's own model.",
    roles: writers,
    params,
    answer: AlertRule,
    returns: 'The rule.',
    handle: async (context, { params: { id } }) =>
      viewAlertRule(found(await readRule(context, { family, id }), rulePart.missing)),
  }),
  put('/v1/alert_rules/{id}', {
    summary: "Replace an alert rule of Verdict's own model; it applies to later activities.",
    roles: writers,
    params,
    body: AlertRuleInput,
    examples: { tenAtLeast: { ...exampleRule, name: 'many declined cards', quantity: 10 } },
    answer: AlertRule,
    returns: 'The rule.',
    faults: { 409: taken },
    handle: async (context, { params: { id }, body }) => {
      const rule = { family, id } as const;
      const changed = await changeRule(context, { rule, settings: settingsOfOwn(body) });
      if (changed.kind === 'unknown_rule') throw rulePart.missing();
      if (changed.kind !== 'changed') throw ruleFault(changed, 409);
      return viewAlertRule(changed.rule);
    },
  }),
  remove('/v1/alert_rules/{id}', {
    summary: "Delete an alert rule of Verdict's own model; its alerts stay.",
    roles: writers,
    params,
    answer: AlertRule,
    returns: 'The rule as it was.',
    handle: async (context, { params: { id } }) => {
      const deleted = await deleteRule(context, { rule: { family, id } });
      return viewAlertRule(found(deleted, rulePart.missing));
    },
  }),
  get('/v1/alert_events', {
    summary: "List the alerts of Verdict's own rules, newest first.",
    roles: readers,
    query: AlertEventQuery,
    answer: AlertEventPage,
    returns: 'A page of alerts, newest first.',
    handle: async (context, { query: { limit, cursor, ...filter } }) => {
      const page = pageOf({ limit, cursor });
      const listed = listedOr(await listEvents(context, { family, ...filter }, page), 'cursor');
      return { events: listed.items.map(viewAlertEvent), nextCursor: listed.nextCursor };
    },
  }),
  get('/v1/alert_events/{id}/orders', {
    summary: "List the latest 200 orders that an alert of Verdict's own rules counted.",
    roles: readers,
    params: { id: alertPart },
    answer: AlertOrderList,
    returns: 'The orders, latest first.',
    handle: async (context, { params: { id } }) => {
      const orders = await listOrders(context, id);
      if (orders === undefined) throw alertPart.missing();
      return { orders };
    },
  }),
]);
