import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rolesIn } from '../../contracts/v1/roles.js';
import { FraudAlertRulePage } from '../../contracts/sparkfly/rule.js';
import { listAudit } from '../../db/audit.js';
import { isLuhnValid } from '../../domain/luhn.js';
import { clearAlerts } from '../services/alerts-fixture.js';
import { keys } from '../support/stack.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';
import {
  activitiesPath,
  activity,
  alertsAt,
  at,
  eventsPath,
  type Key,
  messagesOf,
  rule,
  rulesPath,
} from './sparkfly-fixture.js';

let api: Api;
let ask: ReturnType<typeof alertsAt>;

beforeAll(async () => {
  api = await startApi();
  ask = alertsAt(api);
});

beforeEach(() => clearAlerts(api.pool));

afterAll(() => api?.stop());

describe('/v1.0/fraud_alert_rules', () => {
  it('creates, reads, sets and deletes a rule, each with an audit row without addresses', async () => {
    const made = await ask.createRule();
    expect(made).toEqual({
      ...rule,
      ...{ id: made.id, store_ids: [], created_at: made.created_at, updated_at: made.created_at },
    });
    const path = `${rulesPath}/${made.id}`;
    expect((await ask.get(path)).json).toEqual(made);
    const change = { ...rule, quantity: 1300, emails: ['other@example.com'], store_ids: [3] };
    const changed = await ask.send('PUT', path, change, 'analyst');
    expect([changed.status, changed.json]).toMatchObject([200, { ...change, id: made.id }]);
    const deleted = await ask.send('DELETE', path, undefined, 'analyst');
    expect([deleted.status, deleted.text]).toEqual([204, '']);
    for (const again of [
      await ask.get(path),
      await ask.send('DELETE', path, undefined, 'analyst'),
    ]) {
      expect(faultOf(again)).toEqual([404, 'not_found']);
    }
    const audit = await listAudit(api.pool, `alert_rule:${made.id}`);
    expect(audit.map(({ action }) => action)).toEqual([
      'alert_rule.created',
      'alert_rule.changed',
      'alert_rule.deleted',
    ]);
    expect(audit[1]?.details).toEqual({
      family: 'loyalty',
      changes: [
        { field: 'quantity', from: 1200, to: 1300 },
        { field: 'store_ids', from: [], to: [3] },
      ],
      emailsChanged: true,
    });
    expect(JSON.stringify(audit)).not.toContain('@');
  });

  it('stores e-mail addresses encrypted', async () => {
    await ask.createRule();
    const { rows } = await api.pool.query<{ emails: Buffer }>('select emails from alert_rules');
    expect(rows[0]?.emails.toString('latin1')).not.toContain('example.com');
  });

  it('refuses a name that another live rule has, also when it is set', async () => {
    const made = await ask.createRule();
    expect(messagesOf(await ask.send('POST', rulesPath, rule, 'analyst'))).toEqual([
      'duplicate_name: $.name is that of another rule',
    ]);
    const other = await ask.createRule({ name: 'Other' });
    const taken = await ask.send('PUT', `${rulesPath}/${other.id}`, rule, 'analyst');
    expect(faultOf(taken)).toEqual([400, 'duplicate_name']);
    expect((await ask.send('PUT', `${rulesPath}/${made.id}`, rule, 'analyst')).status).toBe(200);
    await ask.send('DELETE', `${rulesPath}/${made.id}`, undefined, 'analyst');
    await ask.createRule();
  });

  it('creates one rule when many of one name come at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => ask.send('POST', rulesPath, rule, 'analyst')),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 400)).toHaveLength(4);
  });

  it('refuses a name with a card number or an address, and repeats neither', async () => {
    for (const name of ['4111 1111 1111 1111', 'for dana@example.com']) {
      const reply = await ask.send('POST', rulesPath, { ...rule, name }, 'analyst');
      expect(messagesOf(reply)).toEqual([
        'invalid_value: $.name must hold no card number, e-mail or IP address',
      ]);
    }
    const { description } = await ask.createRule({ description: 'asked by dana@example.com' });
    expect(description).toBe('asked by *@example.com');
  });

  it('accepts a name with digits that no issuer uses, such as those of a clock', async () => {
    // All of them pass the Luhn check, as one number in ten does.
    const numbers = ['1767225600009', '1795267204877', '000000000000'];
    for (const number of numbers) {
      expect(isLuhnValid(number.replaceAll(' ', '')), number).toBe(true);
      const { name } = await ask.createRule({ name: `Points ${number}` });
      expect(name).toBe(`Points ${number}`);
    }
  });

  it.each([
    '4111111111111111',
    'of 4111-1111 1111–1111.',
    '4222222222222',
    '378282246310005',
    '30569309025904',
    '5555555555554444',
    '6011111111111117',
    '3530111333300000',
    '6200000000000005',
    '12 4111 1111 1111 1111 34',
    '5018 0000 0009',
    '6759649826438453',
    '1795267204877 10.0.0.1',
    'rule 000000000000 10.0.0.1',
    '2001:db8::1',
  ])('refuses the name %j, and does not repeat it', async (name) => {
    const reply = await ask.send('POST', rulesPath, { ...rule, name }, 'analyst');
    expect(messagesOf(reply)).toEqual([
      'invalid_value: $.name must hold no card number, e-mail or IP address',
    ]);
  });

  it('has at most 100 rules', async () => {
    await api.pool.query(
      `insert into alert_rules select r.* from generate_series(1, 100) n, jsonb_populate_record(
        null::alert_rules, $1::jsonb || jsonb_build_object('rule_id', 100000 + n,
          'name', 'many ' || n, 'created_position', -n)) r`,
      [
        JSON.stringify({
          ...{ family: 'loyalty', metric: rule.metric_type, quantity: 1, time_period_s: 3600 },
          ...{ suppression_s: 3600, scope: 'all_stores', store_ids: [], notify_corporate: false },
          ...{ notify_store: false, notify_emails: false, emails: '\\x00', author: 'test' },
          ...{ created_at: at, updated_at: at },
        }),
      ],
    );
    const reply = await ask.send('POST', rulesPath, rule, 'analyst');
    expect(messagesOf(reply)).toEqual([
      'invalid_value: $ cannot be added: there are 100 rules already',
    ]);
  });

  it('lists the rules of one as_of on all pages, whatever is created and deleted between', async () => {
    const made = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) made.push(await ask.createRule({ name }));
    const page = async (query: string) =>
      FraudAlertRulePage.parse((await ask.get(`${rulesPath}?per_page=2&${query}`)).json);
    const first = await page('');
    expect(first).toMatchObject({ page: 1, per_page: 2, total_entries: 5, total_pages: 3 });
    await ask.createRule({ name: 'f' });
    await ask.send('DELETE', `${rulesPath}/${made[4]?.id}`, undefined, 'analyst');
    await ask.send('DELETE', `${rulesPath}/${made[1]?.id}`, undefined, 'analyst');
    const pages = [first];
    for (const number of [2, 3]) pages.push(await page(`page=${number}&as_of=${first.as_of}`));
    const names = pages.flatMap(({ fraud_alert_rules }) =>
      fraud_alert_rules.map((one) => one.name),
    );
    expect(names).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect((await page('')).fraud_alert_rules.map((one) => one.name)).toEqual(['f', 'd']);
  });
});

describe('POST /v1.0/loyalty_activities', () => {
  it('raises an event with what was measured, and then counts repeats on it', async () => {
    const { id } = await ask.createRule();
    expect((await ask.push([activity('a'), activity('b', { store_id: 4 })])).json).toEqual({
      ...{ accepted: 2, duplicates: 0 },
    });
    expect((await ask.push(activity('c'))).json).toEqual({ accepted: 1, duplicates: 0 });
    expect((await ask.push(activity('c'))).json).toEqual({ accepted: 0, duplicates: 1 });
    const { fraud_alert_events: events } = await ask.pageOf();
    expect(events).toEqual([
      {
        ...{ id: events[0]?.id, source: 'verdict', metric_known: true },
        ...{ fraud_alert_rule_id: id, fraud_alert_rule_name: rule.name },
        ...{ metric_type: rule.metric_type, quantity: 1234, loyalty_enrollment_id: 77 },
        ...{ store_id: 4, suppressed_count: 1, notifications_sent: false },
        ...{ created_at: '2026-10-01T12:00:00.000Z', updated_at: events[0]?.updated_at },
      },
    ]);
  });

  it('accepts all or none, and names each fault by its index', async () => {
    const ahead = new Date(Date.now() + 6 * 60_000).toISOString();
    const bad = [activity('a'), activity('b', { quantity: 0 }), activity('c', { id: undefined })];
    expect(messagesOf(await ask.push(bad))).toEqual([
      'invalid_value: $[1].quantity must be at least 1',
      'missing_field: $[2].id is required',
    ]);
    const late = [activity('a'), activity('b', { occurred_at: ahead })];
    expect(messagesOf(await ask.push(late))).toEqual([
      'invalid_value: $[1].occurred_at must lie at most 5 minutes ahead',
    ]);
    expect(messagesOf(await ask.push(activity('a', { occurred_at: ahead })))).toEqual([
      'invalid_value: $.occurred_at must lie at most 5 minutes ahead',
    ]);
    expect((await ask.push(activity('a'))).json).toEqual({ accepted: 1, duplicates: 0 });
    const skewed = new Date(Date.now() + 4 * 60_000).toISOString();
    expect((await ask.push(activity('b', { occurred_at: skewed }))).status).toBe(200);
    const many = Array.from({ length: 501 }, (_, n) => activity(`m${n}`));
    expect(messagesOf(await ask.push(many))).toEqual([
      'invalid_value: $ must have at most 500 elements',
    ]);
    expect(messagesOf(await ask.push([]))).toEqual([
      'invalid_value: $ must have at least 1 element',
    ]);
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
    ['POST', eventsPath, ['sparkfly']],
    ['POST', activitiesPath, ['sparkfly']],
    ['PUT', '/v1/loyalty_members/77', ['analyst']],
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
