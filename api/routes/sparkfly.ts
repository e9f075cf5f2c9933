import { Hono } from 'hono';
import {
  LoyaltyActivities,
  LoyaltyActivity,
  LoyaltyMemberLink,
  type TakenActivities,
} from '../../contracts/sparkfly/activity.js';
import { FraudAlertEventInput, FraudAlertEventQuery } from '../../contracts/sparkfly/event.js';
import { PageQuery, perPageDefault } from '../../contracts/sparkfly/primitives.js';
import { FraudAlertRuleInput } from '../../contracts/sparkfly/rule.js';
import type { Role } from '../../contracts/v1/roles.js';
import { acting, atPresent } from '../../services/context.js';
import {
  changeRule,
  createRule,
  deleteRule,
  listRules,
  readRule,
  viewFraudAlertRule,
} from '../../services/alerts/rules.js';
import {
  latestToldMs,
  takeActivities,
  type TakenOrRefused,
} from '../../services/alerts/counting.js';
import { linkMember } from '../../services/alerts/members.js';
import { listEvents, takeEvent, viewFraudAlertEvent } from '../../services/alerts/events.js';
import type { Listed } from '../../services/alerts/pages.js';
import { settingsOfLoyalty } from '../../services/alerts/rule-settings.js';
import { listedOr, noSuchRule, ruleFault, ruleIdOf } from '../alert-answers.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { parsed } from '../parsed.js';
import { readJson } from '../read-json.js';
import { authorisePush } from '../signed-push.js';

const writers: readonly Role[] = ['analyst'];
const family = 'loyalty';

const placeOf = ({ page = 1, per_page = perPageDefault, as_of }: PageQuery) => ({
  ...{ page, perPage: per_page },
  query: { asOf: as_of, limit: per_page, offset: (page - 1) * per_page },
});

const numbersOf = (
  { page, perPage }: ReturnType<typeof placeOf>,
  { total, asOf }: Listed<unknown>,
) => ({
  ...{ page, per_page: perPage, total_entries: total },
  total_pages: Math.ceil(total / perPage),
  as_of: asOf,
});

const takenOf = (outcome: TakenOrRefused, isMany: boolean): TakenActivities => {
  if (outcome.kind === 'taken') return outcome.taken;
  throw badRequest(
    outcome.indexes.map((index) => ({
      error: 'invalid_value',
      message: `$${isMany ? `[${index}]` : ''}.occurred_at must lie at most 5 minutes ahead`,
    })),
  );
};

/** What a push tells of an instant that has not come. Throws 400. */
const refuseAhead = (given: FraudAlertEventInput, now: Date): void => {
  const latest = latestToldMs(now);
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

const ruleRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .get('/v1.0/fraud_alert_rules', authorise(authenticate, writers), async (c) => {
      const place = placeOf(parsed(PageQuery, c.req.query()));
      const listed = listedOr(await listRules(deps, family, place.query), 'as_of');
      const fraud_alert_rules = listed.items.map(viewFraudAlertRule);
      return c.json({ fraud_alert_rules, ...numbersOf(place, listed) });
    })
    .post('/v1.0/fraud_alert_rules', authorise(authenticate, writers), async (c) => {
      const settings = settingsOfLoyalty(parsed(FraudAlertRuleInput, await readJson(c)));
      const given = { family, settings } as const;
      const created = await createRule(acting(deps, c.get('holder')), given);
      if (created.kind !== 'created') throw ruleFault(created, 400);
      return c.json(viewFraudAlertRule(created.rule), 201);
    })
    .get('/v1.0/fraud_alert_rules/:id', authorise(authenticate, writers), async (c) => {
      const rule = await readRule(deps, { family, id: ruleIdOf(c.req.param('id')) });
      if (rule === undefined) throw noSuchRule();
      return c.json(viewFraudAlertRule(rule));
    })
    .put('/v1.0/fraud_alert_rules/:id', authorise(authenticate, writers), async (c) => {
      const rule = { family, id: ruleIdOf(c.req.param('id')) } as const;
      const settings = settingsOfLoyalty(parsed(FraudAlertRuleInput, await readJson(c)));
      const given = { rule, settings };
      const changed = await changeRule(acting(deps, c.get('holder')), given);
      if (changed.kind === 'unknown_rule') throw noSuchRule();
      if (changed.kind !== 'changed') throw ruleFault(changed, 400);
      return c.json(viewFraudAlertRule(changed.rule));
    })
    .delete('/v1.0/fraud_alert_rules/:id', authorise(authenticate, writers), async (c) => {
      const rule = { family, id: ruleIdOf(c.req.param('id')) } as const;
      const deleted = await deleteRule(acting(deps, c.get('holder')), { rule });
      if (deleted === undefined) throw noSuchRule();
      return c.body(null, 204);
    });

const eventRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .get(
      '/v1.0/fraud_alert_events',
      authorise(authenticate, ['analyst', 'reviewer']),
      async (c) => {
        const given = parsed(FraudAlertEventQuery, c.req.query());
        const place = placeOf(given);
        const filter = {
          family,
          ruleId: given.fraud_alert_rule_id,
          owner: given.loyalty_enrollment_id?.toString(),
          store: given.store_id,
          createdFrom: given.created_from,
          createdTo: given.created_to,
        } as const;
        const listed = listedOr(await listEvents(deps, filter, place.query), 'as_of');
        const fraud_alert_events = listed.items.map(viewFraudAlertEvent);
        return c.json({ fraud_alert_events, ...numbersOf(place, listed) });
      },
    )
    .post('/v1.0/fraud_alert_events', authorisePush(deps, authenticate), async (c) => {
      const given = parsed(FraudAlertEventInput, await readJson(c));
      const now = deps.now();
      refuseAhead(given, now);
      const { isNew, event } = await takeEvent({ ...deps, now }, given);
      return c.json(event, isNew ? 201 : 200);
    });

/** The member in a path, up to 2^53-1 as alerts and activities name them. Throws 404. */
const memberIdOf = (text: string): number => {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(id)) throw fault(404, 'not_found', 'no such member');
  return id;
};

const memberRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .post('/v1.0/loyalty_activities', authorisePush(deps, authenticate), async (c) => {
      const body = await readJson(c);
      const isMany = Array.isArray(body);
      const given = isMany ? parsed(LoyaltyActivities, body) : [parsed(LoyaltyActivity, body)];
      return c.json(takenOf(await takeActivities(atPresent(deps), given), isMany));
    })
    .put(
      '/v1/loyalty_members/:loyalty_enrollment_id',
      authorise(authenticate, writers),
      async (c) => {
        const enrollmentId = memberIdOf(c.req.param('loyalty_enrollment_id'));
        const link = parsed(LoyaltyMemberLink, await readJson(c));
        const given = { enrollmentId, link };
        return c.json(await linkMember(acting(deps, c.get('holder')), given));
      },
    );

/** Sparkfly's fraud model: its alert rules and events, and the activities that rules count. */
export const sparkflyRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .route('/', ruleRoutes(deps, authenticate))
    .route('/', eventRoutes(deps, authenticate))
    .route('/', memberRoutes(deps, authenticate));
