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
import { PageQuery, perPageDefault } from '../../contracts/sparkfly/primitives.js';
import {
  FraudAlertRule,
  FraudAlertRuleInput,
  FraudAlertRulePage,
} from '../../contracts/sparkfly/rule.js';
import type { Role } from '../../contracts/v1/roles.js';
import {
  latestAcceptedMs,
  recordLoyaltyActivities,
  type ActivitiesResult,
} from '../../services/alerts/counting.js';
import {
  type Listed,
  listEvents,
  recordReportedAlert,
  viewFraudAlertEvent,
} from '../../services/alerts/events.js';
import { linkMember } from '../../services/alerts/members.js';
import { settingsOfLoyalty } from '../../services/alerts/rule-settings.js';
import {
  changeRule,
  createRule,
  deleteRule,
  listRules,
  readRule,
  viewFraudAlertRule,
} from '../../services/alerts/rules.js';
import { listedOr, memberPart, ruleFault, rulePart } from '../alert-answers.js';
import { badRequest } from '../faults.js';
import { found, get, post, put, remove, Reply, tagged } from '../operation.js';
import { authorisePush } from '../signed-push.js';

const writers: readonly Role[] = ['analyst'];
const readers: readonly Role[] = ['analyst', 'reviewer'];
const family = 'loyalty';

const params = { id: rulePart };

const signed =
  'Where the shared secret is set, the header `x-hmac-sha256-signature` takes the place of the ' +
  "key: the HMAC-SHA256 of the body's bytes, in base64.";

const badRule = 'Bad input, or `duplicate_name`.';

const exampleActivity = {
  id: 'act-5571',
  metric_type: 'loyalty_enrollment_transactions',
  quantity: 1,
  loyalty_enrollment_id: 80_411,
  store_id: 7,
  occurred_at: '2026-11-28T10:15:00Z',
};

const exampleRule = {
  name: 'many points',
  metric_type: 'loyalty_enrollment_points_earned',
  quantity: 5000,
  time_period: 86_400,
  event_suppression_period: 86_400,
  scope_type: 'all_stores',
  notify_corporate_contact: true,
  notify_emails: false,
  notify_store_contact: false,
};

const pageOf = ({ page = 1, per_page = perPageDefault, as_of }: PageQuery) => ({
  page,
  perPage: per_page,
  query: { asOf: as_of, limit: per_page, offset: (page - 1) * per_page },
});

const numbersOf = (
  { page, perPage }: ReturnType<typeof pageOf>,
  { total, asOf }: Listed<unknown>,
) => ({
  page,
  per_page: perPage,
  total_entries: total,
  total_pages: Math.ceil(total / perPage),
  as_of: asOf,
});

const activitiesOf = (outcome: ActivitiesResult, isMany: boolean): TakenActivities => {
  if (outcome.kind === 'taken') return outcome.taken;
  throw badRequest(
    outcome.indexes.map((index) => ({
      error: 'invalid_value',
      message: `$${isMany ? `[${index}]` : ''}.occurred_at must lie at most 5 minutes ahead`,
    })),
  );
};

/** Refuses a push with an instant in the future. Throws 400. */
const refuseFuture = (given: FraudAlertEventInput, now: Date): void => {
  const latest = latestAcceptedMs(now);
  const faults = (['created_at', 'updated_at'] as const).flatMap((field) =>
    (given[field]?.getTime() ?? 0) > latest
      ? [
          {
            error: 'invalid_value' as const,
            message: `$.${field} must lie at most 5 minutes ahead`,
          },
        ]
      : [],
  );
  if (faults.length > 0) throw badRequest(faults);
};

const tag = {
  name: 'Loyalty',
  description:
    "Sparkfly's fraud model: its alert rules and events, and the activities that rules count.",
};

export const loyaltyOperations = tagged(tag, [
  get('/v1.0/fraud_alert_rules', {
    summary: "List alert rules of Sparkfly's model, newest first.",
    roles: writers,
    query: PageQuery,
    answer: FraudAlertRulePage,
    returns: 'A page of rules, newest first.',
    handle: async (context, { query }) => {
      const page = pageOf(query);
      const listed = listedOr(await listRules(context, family, page.query), 'as_of');
      return {
        fraud_alert_rules: listed.items.map(viewFraudAlertRule),
        ...numbersOf(page, listed),
      };
    },
  }),
  post('/v1.0/fraud_alert_rules', {
    summary: "Create an alert rule of Sparkfly's model.",
    roles: writers,
    body: FraudAlertRuleInput,
    examples: { manyPoints: exampleRule },
    answer: FraudAlertRule,
    returns: { 201: 'The rule.' },
    faults: { 400: badRule },
    handle: async (context, { body }) => {
      const given = { family, settings: settingsOfLoyalty(body) } as const;
      const created = await createRule(context, given);
      if (created.kind !== 'created') throw ruleFault(created, 400);
      return viewFraudAlertRule(created.rule);
    },
  }),
  get('/v1.0/fraud_alert_rules/{id}', {
    summary: "Read an alert rule of Sparkfly's model.",
    roles: writers,
    params,
    answer: FraudAlertRule,
    returns: 'The rule.',
    handle: async (context, { params: { id } }) =>
      viewFraudAlertRule(found(await readRule(context, { family, id }), rulePart.missing)),
  }),
  put('/v1.0/fraud_alert_rules/{id}', {
    summary: "Replace an alert rule of Sparkfly's model; it applies to later activities.",
    roles: writers,
    params,
    body: FraudAlertRuleInput,
    examples: { nineThousand: { ...exampleRule, name: 'very many points', quantity: 9000 } },
    answer: FraudAlertRule,
    returns: 'The rule.',
    faults: { 400: badRule },
    handle: async (context, { params: { id }, body }) => {
      const rule = { family, id } as const;
      const changed = await changeRule(context, { rule, settings: settingsOfLoyalty(body) });
      if (changed.kind === 'unknown_rule') throw rulePart.missing();
      if (changed.kind !== 'changed') throw ruleFault(changed, 400);
      return viewFraudAlertRule(changed.rule);
    },
  }),
  remove('/v1.0/fraud_alert_rules/{id}', {
    summary: "Delete an alert rule of Sparkfly's model; its alerts stay.",
    roles: writers,
    params,
    returns: { 204: 'The rule is deleted; the body is empty.' },
    handle: async (context, { params: { id } }) => {
      const deleted = await deleteRule(context, { rule: { family, id } });
      if (deleted === undefined) throw rulePart.missing();
    },
  }),
  get('/v1.0/fraud_alert_events', {
    summary: 'List alerts about loyalty members, from Verdict and from Sparkfly, newest first.',
    roles: readers,
    query: FraudAlertEventQuery,
    answer: FraudAlertEventPage,
    returns: 'A page of alerts, newest first.',
    handle: async (context, { query }) => {
      const page = pageOf(query);
      const filter = {
        family,
        ruleId: query.fraud_alert_rule_id,
        owner: query.loyalty_enrollment_id?.toString(),
        store: query.store_id,
        createdFrom: query.created_from,
        createdTo: query.created_to,
      } as const;
      const listed = listedOr(await listEvents(context, filter, page.query), 'as_of');
      return {
        fraud_alert_events: listed.items.map(viewFraudAlertEvent),
        ...numbersOf(page, listed),
      };
    },
  }),
  post('/v1.0/fraud_alert_events', {
    summary: 'Store an alert that Sparkfly raised; a known one (200) is updated in place.',
    description: signed,
    roles: ['sparkfly'],
    admit: authorisePush,
    body: FraudAlertEventInput,
    examples: {
      manyPoints: {
        fraud_alert_rule_id: 12,
        fraud_alert_rule_name: 'many points',
        metric_type: 'loyalty_enrollment_points_earned',
        notifications_sent: true,
        quantity: 5400,
        loyalty_enrollment_id: 80_411,
        created_at: '2026-11-28T10:15:00Z',
      },
    },
    answer: FraudAlertEvent,
    returns: { 201: 'The new alert.', 200: 'The known alert, updated.' },
    handle: async (context, { body }) => {
      refuseFuture(body, context.now);
      const { isNew, event } = await recordReportedAlert(context, body);
      return new Reply(isNew ? 201 : 200, event);
    },
  }),
  post('/v1.0/loyalty_activities', {
    summary: 'Store one or many activities of loyalty members, all or none.',
    description: signed,
    roles: ['sparkfly'],
    admit: authorisePush,
    body: LoyaltyActivityBody,
    examples: { one: exampleActivity, many: [exampleActivity] },
    answer: TakenActivities,
    returns: 'How many were new, and how many were known already.',
    faults: { 400: 'Bad input, with the path of each fault.' },
    handle: async (context, { body }) => {
      const given = Array.isArray(body) ? body : [body];
      return activitiesOf(await recordLoyaltyActivities(context, given), Array.isArray(body));
    },
  }),
  put('/v1/loyalty_members/{loyalty_enrollment_id}', {
    summary: 'Link a loyalty member to an account.',
    roles: writers,
    params: { loyalty_enrollment_id: memberPart },
    body: LoyaltyMemberLink,
    examples: { account: { account_id: 'acc-1001', banner: 'bay' } },
    answer: LoyaltyMember,
    returns: 'The member.',
    handle: async (context, { params: given, body: link }) => {
      const enrollmentId = given.loyalty_enrollment_id;
      return linkMember(context, { enrollmentId, link });
    },
  }),
]);
