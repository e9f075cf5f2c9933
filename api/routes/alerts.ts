import { Hono } from 'hono';
import { AlertEventQuery, AlertRuleInput, AlertRuleQuery } from '../../contracts/v1/alerts.js';
import type { Role } from '../../contracts/v1/roles.js';
import { acting } from '../../services/context.js';
import {
  changeRule,
  createRule,
  deleteRule,
  listRules,
  readRule,
  viewAlertRule,
} from '../../services/alerts/rules.js';
import { listEvents, viewAlertEvent } from '../../services/alerts/events.js';
import { ListPlace } from '../../services/alerts/pages.js';
import { listOrders } from '../../services/alerts/order-feed.js';
import { settingsOfOwn } from '../../services/alerts/rule-settings.js';
import { readCursor } from '../../services/cursor.js';
import { listedOr, noSuchRule, ruleFault, ruleIdOf } from '../alert-answers.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { fault } from '../faults.js';
import { parsed, placeOf } from '../parsed.js';
import { readJson } from '../read-json.js';

const writers: readonly Role[] = ['analyst'];
const readers: readonly Role[] = ['analyst', 'reviewer'];
const family = 'own';

const queryOf = ({ limit, cursor }: { limit: number; cursor?: string | undefined }) => {
  const place = placeOf(cursor, (text) => readCursor(ListPlace, text));
  return { asOf: place?.asOf, limit, offset: place?.offset ?? 0 };
};

/** The id in a path; undefined for what can be none. */
const eventIdOf = (text: string): number | undefined =>
  /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;

const ruleRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .get('/v1/alert_rules', authorise(authenticate, writers), async (c) => {
      const query = queryOf(parsed(AlertRuleQuery, c.req.query()));
      const { items, nextCursor } = listedOr(await listRules(deps, family, query), 'cursor');
      return c.json({ rules: items.map(viewAlertRule), nextCursor });
    })
    .post('/v1/alert_rules', authorise(authenticate, writers), async (c) => {
      const settings = settingsOfOwn(parsed(AlertRuleInput, await readJson(c)));
      const given = { family, settings } as const;
      const created = await createRule(acting(deps, c.get('holder')), given);
      if (created.kind !== 'created') throw ruleFault(created, 409);
      return c.json(viewAlertRule(created.rule));
    })
    .get('/v1/alert_rules/:id', authorise(authenticate, writers), async (c) => {
      const rule = await readRule(deps, { family, id: ruleIdOf(c.req.param('id')) });
      if (rule === undefined) throw noSuchRule();
      return c.json(viewAlertRule(rule));
    })
    .put('/v1/alert_rules/:id', authorise(authenticate, writers), async (c) => {
      const rule = { family, id: ruleIdOf(c.req.param('id')) } as const;
      const settings = settingsOfOwn(parsed(AlertRuleInput, await readJson(c)));
      const given = { rule, settings };
      const changed = await changeRule(acting(deps, c.get('holder')), given);
      if (changed.kind === 'unknown_rule') throw noSuchRule();
      if (changed.kind !== 'changed') throw ruleFault(changed, 409);
      return c.json(viewAlertRule(changed.rule));
    })
    .delete('/v1/alert_rules/:id', authorise(authenticate, writers), async (c) => {
      const rule = { family, id: ruleIdOf(c.req.param('id')) } as const;
      const deleted = await deleteRule(acting(deps, c.get('holder')), { rule });
      if (deleted === undefined) throw noSuchRule();
      return c.json(viewAlertRule(deleted));
    });

/** Alert rules over what Verdict itself sees, and what they raised. */
export const alertRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .route('/', ruleRoutes(deps, authenticate))
    .get('/v1/alert_events', authorise(authenticate, readers), async (c) => {
      const { limit, cursor, ...filter } = parsed(AlertEventQuery, c.req.query());
      const query = queryOf({ limit, cursor });
      const listed = listedOr(await listEvents(deps, { family, ...filter }, query), 'cursor');
      return c.json({
        events: listed.items.map(viewAlertEvent),
        nextCursor: listed.nextCursor,
      });
    })
    .get('/v1/alert_events/:id/orders', authorise(authenticate, readers), async (c) => {
      const id = eventIdOf(c.req.param('id'));
      const orders = id === undefined ? undefined : await listOrders(deps, id);
      if (orders === undefined) throw fault(404, 'not_found', 'no such alert');
      return c.json({ orders });
    });
