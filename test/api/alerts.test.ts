import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rolesIn } from '../../contracts/v1/roles.js';
import {
  AlertEventPage,
  AlertOrderList,
  AlertRule,
  AlertRulePage,
  ownMetricTypes,
} from '../../contracts/v1/alerts.js';
import { inTransaction } from '../../db/pool.js';
import { recordOwnActivities } from '../../services/alerts/counting.js';
import { clearAlerts } from '../services/alerts-fixture.js';
import { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';
import { alertsAt, type Key, messagesOf, told } from './sparkfly-fixture.js';

let api: Api;
let ask: ReturnType<typeof alertsAt>;

beforeAll(async () => {
  api = await startApi();
  ask = alertsAt(api);
});

beforeEach(() => clearAlerts(api.pool));

afterAll(() => api?.stop());

const rulesPath = '/v1/alert_rules';
const eventsPath = '/v1/alert_events';

const rule = {
  name: 'Declined cards',
  metricType: 'declined_orders',
  subject: 'card',
  quantity: 2,
  timePeriod: 3600,
  eventSuppressionPeriod: 7200,
  notifyCorporateContact: false,
  notifyEmails: false,
  notifyStoreContact: false,
};

const create = async (given: object = {}) => {
  const reply = await ask.send('POST', rulesPath, { ...rule, ...given }, 'analyst');
  expect(reply.status, reply.text).toBe(200);
  return AlertRule.parse(reply.json);
};

const decline = (owner: string, ...ids: string[]) =>
  inTransaction(api.pool, (db) =>
    recordOwnActivities(
      { db },
      ids.map((id) => ({
        ...{ id, metric: 'declined_orders:card', owner, store: null, quantity: 1 },
        occurredAtMs: Date.UTC(2026, 9, 1),
      })),
    ),
  );

describe('/v1/alert_rules', () => {
  it('creates, reads, sets and deletes a rule of our own', async () => {
    const made = await create({ description: 'card testing' });
    expect(made).toMatchObject({
      ...rule,
      ...{ description: 'card testing', scopeType: 'all_stores', storeIds: [], emails: [] },
      author: 'analyst:local',
    });
    const path = `${rulesPath}/${made.id}`;
    expect((await ask.get(path)).json).toEqual(made);
    const changed = await ask.send('PUT', path, { ...rule, subject: 'ip' }, 'analyst');
    expect(changed.json).toMatchObject({ id: made.id, subject: 'ip', description: null });
    const deleted = await ask.send('DELETE', path, undefined, 'analyst');
    expect([deleted.status, deleted.json]).toEqual([200, changed.json]);
    expect(faultOf(await ask.get(path))).toEqual([404, 'not_found']);
    for (const id of ['0', 'x', '1.0', '99999999999999999999']) {
      expect(faultOf(await ask.get(`${rulesPath}/${id}`))).toEqual([404, 'not_found']);
    }
  });

  it("is a separate set of rules from Sparkfly's model, with its own names", async () => {
    const made = await create();
    await ask.createRule({ name: rule.name });
    const theirs = await ask.get(`/v1.0/fraud_alert_rules/${made.id}`);
    expect(faultOf(theirs)).toEqual([404, 'not_found']);
    const again = await ask.send('POST', rulesPath, rule, 'analyst');
    expect(faultOf(again)).toEqual([409, 'duplicate_name']);
  });

  it('requires a subject for declined orders and for nothing else, and known fields', async () => {
    const post = (body: object) => ask.send('POST', rulesPath, { ...rule, ...body }, 'analyst');
    expect(messagesOf(await post({ subject: undefined }))).toEqual([
      'missing_field: $.subject is required for declined orders',
    ]);
    for (const metricType of ownMetricTypes.filter((type) => type !== 'declined_orders')) {
      expect(messagesOf(await post({ metricType })), metricType).toEqual([
        'invalid_value: $.subject must be left out: only declined orders have it',
      ]);
    }
    expect(messagesOf(await post({ eventSuppressionPeriod: 0 }))).toEqual([
      expect.stringMatching(/^invalid_value: \$\.eventSuppressionPeriod must be at least the time/),
    ]);
    expect(messagesOf(await post({ notifyEmails: true }))).toEqual([
      expect.stringMatching(/^invalid_value: \$\.emails must have at least 1 element/),
    ]);
    expect(messagesOf(await post({ colour: 'red' }))).toEqual([
      'invalid_value: $ has the unknown field "colour"',
    ]);
  });

  it('lists every rule once, page by page, while others are created', async () => {
    for (const name of ['a', 'b', 'c']) await create({ name });
    const names: string[] = [];
    let cursor = '';
    do {
      const reply = await ask.get(`${rulesPath}?limit=2${cursor}`);
      const page = AlertRulePage.parse(reply.json);
      names.push(...page.rules.map(({ name }) => name));
      cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      await create({ name: `later ${names.length}` });
    } while (cursor !== '');
    expect(names).toEqual(['c', 'b', 'a']);
    for (const bad of ['x', Buffer.from('{"asOf":999999,"offset":0}').toString('base64url')]) {
      expect(messagesOf(await ask.get(`${rulesPath}?cursor=${bad}`))).toEqual([
        expect.stringMatching(/^invalid_value: \$\.cursor must be/),
      ]);
    }
  });
});

describe('/v1/alert_events', () => {
  it('lists alerts of our own rules, and none of a loyalty member', async () => {
    const { id } = await create();
    await ask.createRule({ quantity: 1 });
    await ask.push({
      ...{ id: 'a', metric_type: 'loyalty_enrollment_points_earned', quantity: 9 },
      ...{ loyalty_enrollment_id: 77, occurred_at: '2026-10-01T00:00:00Z' },
    });
    await decline('card:00ff', 'tx_1', 'tx_2', 'tx_3');
    await decline('card:11ff', 'tx_4', 'tx_5');
    const page = async (query = '') =>
      AlertEventPage.parse((await ask.get(`${eventsPath}?${query}`, 'reviewer')).json);
    const { events } = await page();
    expect(events).toMatchObject([
      { ruleId: id, owner: 'card:11ff', quantity: 2, suppressedCount: 0 },
      { ruleId: id, owner: 'card:00ff', quantity: 2, suppressedCount: 1, store: null },
    ]);
    expect(events[0]).toMatchObject({
      ...{ metricType: 'declined_orders', subject: 'card', ruleName: rule.name },
      ...{ notificationsSent: false, createdAt: '2026-10-01T00:00:00.000Z' },
    });
    const first = await page('limit=1');
    const second = await page(`limit=1&cursor=${first.nextCursor}`);
    expect([...first.events, ...second.events]).toEqual(events);
    expect(second.nextCursor).toBeNull();
    expect((await page('owner=card:00ff')).events).toHaveLength(1);
    expect((await page(`ruleId=${id + 1}`)).events).toEqual([]);
    expect((await page('createdTo=2026-10-01T00:00:00Z')).events).toEqual([]);
    expect((await page('createdFrom=2026-10-01T00:00:00Z')).events).toHaveLength(2);
  });
});

describe('/v1/alert_events/{id}/orders', () => {
  const at = Date.UTC(2026, 9, 1);
  const declined = (
    ...given: (readonly [transaction: string, store: number | null, atMs: number])[]
  ) =>
    inTransaction(api.pool, (db) =>
      recordOwnActivities(
        { db },
        given.map(([transaction, store, atMs]) => ({
          ...{ id: `declined:${transaction}:card`, metric: 'declined_orders:card' },
          ...{ owner: 'card:00ff', store, quantity: 1, occurredAtMs: at + atMs },
        })),
      ),
    );
  const hourMs = 3_600_000;

  /** The orders of the only alert, and the properties of the first one. */
  const ordersOf = async () => {
    const { json } = await ask.get(eventsPath, 'reviewer');
    const [event] = AlertEventPage.parse(json).events;
    const reply = await ask.get(`${eventsPath}/${event?.id}/orders`, 'reviewer');
    expect(reply.status, reply.text).toBe(200);
    return AlertOrderList.parse(reply.json).orders;
  };

  it('lists the orders in the window, none before it, after it or received late', async () => {
    const { id } = await create();
    await declined(['tx_0', 1, 0], ['tx_1', 1, hourMs], ['tx_2', null, 2 * hourMs - 1]);
    await declined(['tx_3', 1, 2 * hourMs + 1], ['tx_late', 1, 2 * hourMs - 2]);
    const expected = [
      { transactionId: 'tx_2', store: null, occurredAt: '2026-10-01T01:59:59.999Z' },
      { transactionId: 'tx_1', store: 1, occurredAt: '2026-10-01T01:00:00.000Z' },
    ];
    expect(await ordersOf()).toEqual(expected);
    // The alert stays as it was raised, even when its rule changes.
    const path = `${rulesPath}/${id}`;
    const longer = { ...rule, timePeriod: 7200 };
    expect((await ask.send('PUT', path, longer, 'analyst')).status).toBe(200);
    expect(await ordersOf()).toEqual(expected);
    expect((await ask.send('DELETE', path, undefined, 'analyst')).status).toBe(200);
    expect(await ordersOf()).toEqual(expected);
  });

  it('lists the orders of the stores that the rule counts', async () => {
    await create({ scopeType: 'one_store' });
    await declined(['tx_1', 1, 0], ['tx_2', 2, 1], ['tx_3', 1, 2]);
    expect((await ordersOf()).map((one) => one.transactionId)).toEqual(['tx_3', 'tx_1']);
    await clearAlerts(api.pool);
    await create({ storeIds: [2, 3] });
    await declined(['tx_1', 1, 0], ['tx_2', 2, 1], ['tx_3', null, 2], ['tx_4', 3, 3]);
    expect((await ordersOf()).map((one) => one.transactionId)).toEqual(['tx_4', 'tx_2']);
  });

  it('is empty once they have been deleted, and 404 for what is no alert of ours', async () => {
    await create();
    await declined(['tx_1', 1, 0], ['tx_2', 1, 1]);
    await api.pool.query('truncate alert_activities');
    expect(await ordersOf()).toEqual([]);
    await ask.tell(told);
    const { rows } = await api.pool.query<{ id: string }>(
      `select event_id as id from alert_events where source = 'sparkfly'`,
    );
    for (const id of [rows[0]?.id, '0', 'x', '999999']) {
      const reply = await ask.get(`${eventsPath}/${id}/orders`);
      expect(faultOf(reply)).toEqual([404, 'not_found']);
    }
  });
});

describe('roles', () => {
  const bodies: [string, string, Key[]][] = [
    ['GET', rulesPath, ['analyst']],
    ['POST', rulesPath, ['analyst']],
    ['GET', `${rulesPath}/1`, ['analyst']],
    ['PUT', `${rulesPath}/1`, ['analyst']],
    ['DELETE', `${rulesPath}/1`, ['analyst']],
    ['GET', eventsPath, ['analyst', 'reviewer']],
    ['GET', `${eventsPath}/1/orders`, ['analyst', 'reviewer']],
  ];

  it.each(bodies)('%s %s is for %j and admin alone', async (method, path, allowed) => {
    const sent = (key?: Key) =>
      api.ask(path, { method, key, ...(method !== 'GET' && { body: '{' }) });
    expect((await sent()).status).toBe(401);
    for (const key of Object.keys(keys) as Key[]) {
      const isIn = rolesIn(allowed).includes(key);
      expect((await sent(key)).status === 403, key).toBe(!isIn);
    }
  });
});
