import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LoyaltyMember } from '../../contracts/sparkfly/activity.js';
import { FraudAlertEvent } from '../../contracts/sparkfly/event.js';
import { listAudit } from '../../db/audit.js';
import { Secret } from '../../runtime/secret.js';
import { clearAlerts } from '../services/alerts-fixture.js';
import { faultOf } from './errors.js';
import { type Api, startApi } from './server.js';
import {
  activitiesPath,
  activity,
  alertsAt,
  eventsPath,
  messagesOf,
  rulesPath,
  told,
} from './sparkfly-fixture.js';

let api: Api;
let ask: ReturnType<typeof alertsAt>;

beforeAll(async () => {
  api = await startApi();
  ask = alertsAt(api);
});

beforeEach(() => clearAlerts(api.pool));

afterAll(() => api?.stop());

describe('/v1.0/fraud_alert_events', () => {
  it('stores what Sparkfly raised, and updates a known event in place and only forward', async () => {
    const first = await ask.tell(told);
    expect([first.status, first.json]).toMatchObject([
      201,
      { ...told, created_at: '2026-10-01T12:00:00.000Z', source: 'sparkfly', metric_known: true },
    ]);
    const { id } = FraudAlertEvent.parse(first.json);
    const moved = await ask.tell({ ...told, suppressed_count: 3, notifications_sent: true });
    expect([moved.status, moved.json]).toMatchObject([
      200,
      { id, suppressed_count: 3, notifications_sent: true },
    ]);
    const back = await ask.tell({ ...told, quantity: 9 });
    expect([back.status, back.json]).toEqual([200, moved.json]);
    expect((await ask.pageOf()).total_entries).toBe(1);
    // Another instant is another alert, and rule ids of Sparkfly are not Verdict's.
    expect((await ask.tell({ ...told, created_at: '2026-10-01T12:00:01Z' })).status).toBe(201);
  });

  it('refuses a day that is none and an instant ahead of our clock, and stores nothing', async () => {
    const ahead = new Date(Date.now() + 6 * 60_000).toISOString();
    const instants = [
      '9999-12-31T23:59:59Z',
      ahead,
      '2026-09-31T10:00:00Z',
      '2026-10-01T24:00:00Z',
    ];
    for (const instant of instants) {
      for (const field of ['created_at', 'updated_at']) {
        const reply = await ask.tell({ ...told, [field]: instant });
        expect(reply.status).toBe(400);
        expect(messagesOf(reply)[0]).toContain(`$.${field} `);
      }
    }
    expect((await ask.pageOf()).total_entries).toBe(0);
    const near = new Date(Date.now() + 60_000).toISOString();
    expect((await ask.tell({ ...told, created_at: near })).status).toBe(201);
  });

  it('stores one event for equal concurrent posts', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => ask.tell(told)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(7);
  });

  it('matches an event without created_at to a stored one for an hour, and keeps another one apart', async () => {
    const undated = { ...told, created_at: undefined };
    expect((await ask.tell(undated)).status).toBe(201);
    expect((await ask.tell(undated)).status).toBe(200);
    expect((await ask.tell({ ...undated, quantity: 5 })).status).toBe(201);
    await api.pool.query(`update alert_events set created_at = created_at - interval '61 minutes'`);
    expect((await ask.tell(undated)).status).toBe(201);
  });

  it('can be filtered by rule, member, store and time', async () => {
    await ask.tell(told);
    await ask.tell({ ...told, fraud_alert_rule_id: 13, store_id: 5 });
    await ask.tell({ ...told, loyalty_enrollment_id: 78, created_at: '2026-10-02T00:00:00Z' });
    const count = async (query: string) => (await ask.pageOf(query)).total_entries;
    expect(await count('fraud_alert_rule_id=13')).toBe(1);
    expect(await count('loyalty_enrollment_id=77')).toBe(2);
    expect(await count('store_id=5')).toBe(1);
    expect(await count('created_from=2026-10-01T12:00:00Z&created_to=2026-10-02T00:00:00Z')).toBe(
      2,
    );
    expect(await count('created_from=2026-10-02T00:00:00Z')).toBe(1);
    expect(await count('loyalty_enrollment_id=77&store_id=6')).toBe(0);
  });

  it('stores an alert of an undocumented metric, without the card number in it', async () => {
    const { loyalty_enrollment_id: _, ...storeAlert } = told;
    const metrics = ['pointsRedeemed', 'Points redeemed / v2', 'declined_orders:card'];
    for (const [n, metric_type] of metrics.entries()) {
      const given = { ...storeAlert, metric_type, created_at: `2026-10-0${n + 1}T00:00:00Z` };
      const reply = await ask.tell(given);
      expect([reply.status, reply.json]).toMatchObject([201, { metric_type, metric_known: false }]);
    }
    const metric_type = 'card 4111 1111 1111 1111';
    const reply = await ask.tell({ ...told, metric_type });
    expect([reply.status, reply.json]).toMatchObject([
      201,
      { metric_type: 'card 411111*1111', metric_known: false, loyalty_enrollment_id: 77 },
    ]);
    expect((await ask.pageOf()).fraud_alert_events).toHaveLength(4);
    const own = await ask.get('/v1/alert_events', 'reviewer');
    expect([own.status, own.json]).toEqual([200, { events: [], nextCursor: null }]);
  });

  it('is paged newest first, and past the last page it is empty', async () => {
    for (const day of [1, 3, 2])
      await ask.tell({ ...told, created_at: `2026-10-0${day}T00:00:00Z` });
    const page = await ask.pageOf('per_page=2');
    expect(page).toMatchObject({ page: 1, per_page: 2, total_entries: 3, total_pages: 2 });
    expect(page.fraud_alert_events.map((one) => one.created_at.slice(8, 10))).toEqual(['03', '02']);
    expect((await ask.pageOf('per_page=2&page=9')).fraud_alert_events).toEqual([]);
    expect(await ask.pageOf('store_id=1')).toMatchObject({ per_page: 50, total_pages: 0 });
  });

  it.each(['page=0', 'page=x', 'per_page=201', 'as_of=1.5', 'created_from=today', 'store_id=-1'])(
    'refuses the query %s',
    async (query) => {
      const reply = await ask.get(`${eventsPath}?${query}`);
      expect(messagesOf(reply)).toEqual([expect.stringContaining(`$.${query.split('=')[0]} must`)]);
    },
  );

  it('refuses an as_of that no page has returned yet', async () => {
    const { as_of } = await ask.pageOf();
    expect(messagesOf(await ask.get(`${eventsPath}?as_of=${as_of + 1}`))).toEqual([
      'invalid_value: $.as_of must be that of an earlier page',
    ]);
  });

  it('skips and repeats nothing in the pages of one as_of while events come and move', async () => {
    await ask.createRule({ quantity: 1 });
    const member = (n: number) => activity(`s${n}`, { loyalty_enrollment_id: n });
    await ask.push(Array.from({ length: 12 }, (_, n) => member(n + 1)));
    const done = new AbortController();
    const storm = Array.from({ length: 3 }, async (_, lane) => {
      for (let n = 0; !done.signal.aborted && n < 200; n += 1) {
        await ask.push(member(100 + lane * 1000 + n));
        const created_at = `2026-09-0${1 + lane}T00:00:00Z`;
        await ask.tell({ ...told, created_at, loyalty_enrollment_id: 9000 + n });
        await ask.push(activity(`m${lane}-${n}`, { loyalty_enrollment_id: 1 + (n % 12) }));
      }
    });
    for (let round = 0; round < 5; round += 1) {
      const first = await ask.pageOf('per_page=5');
      const ids = first.fraud_alert_events.map(({ id }) => id);
      for (let page = 2; page <= first.total_pages; page += 1) {
        const next = await ask.pageOf(`per_page=5&page=${page}&as_of=${first.as_of}`);
        expect(next.total_entries).toBe(first.total_entries);
        ids.push(...next.fraud_alert_events.map(({ id }) => id));
      }
      expect(ids).toHaveLength(first.total_entries);
      expect(new Set(ids).size).toBe(first.total_entries);
      const again = await ask.pageOf(`per_page=200&as_of=${first.as_of}`);
      expect(again.fraud_alert_events.map(({ id }) => id)).toEqual(ids.slice(0, 200));
    }
    done.abort();
    await Promise.all(storm);
  });
});

describe('PUT /v1/loyalty_members/{loyalty_enrollment_id}', () => {
  const members = async () =>
    z
      .array(z.object({ banner: z.string().nullable(), told_by: z.string(), account: z.unknown() }))
      .parse((await api.pool.query('select * from loyalty_members')).rows);

  it('links a member to an account, which a push then does not change', async () => {
    await ask.push(activity('a', { account_id: 'C-1' }));
    await ask.tell({ ...told, account_id: 'C-2' });
    expect(await members()).toMatchObject([{ banner: null, told_by: 'push' }]);
    const link = { account_id: 'C-00412345', banner: 's5a' };
    const reply = await ask.send('PUT', '/v1/loyalty_members/77', link, 'analyst');
    expect(LoyaltyMember.parse(reply.json)).toMatchObject({ ...link, loyalty_enrollment_id: 77 });
    const before = await members();
    await ask.push(activity('b', { account_id: 'C-3' }));
    expect(await members()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('C-00412345');
    const audit = await listAudit(api.pool, 'loyalty_member:77');
    const linked = { action: 'loyalty_member.linked', details: { banner: 's5a' } };
    expect(audit).toMatchObject([linked]);
  });

  it('links every member that an alert or activity may name, up to 2^53-1', async () => {
    const largest = Number.MAX_SAFE_INTEGER;
    await ask.push(activity('a', { loyalty_enrollment_id: largest }));
    const put = (id: bigint) =>
      ask.send('PUT', `/v1/loyalty_members/${id}`, { account_id: 'C-1' }, 'analyst');
    const reply = await put(BigInt(largest));
    expect([reply.status, reply.json]).toMatchObject([200, { loyalty_enrollment_id: largest }]);
    expect(await members()).toMatchObject([{ told_by: 'analyst' }]);
    for (const above of [2n ** 53n, 2n ** 53n + 1n, 10n ** 16n]) {
      expect(faultOf(await put(above))).toEqual([404, 'not_found']);
    }
  });

  it('requires an account, a known banner and a whole number', async () => {
    const put = (path: string, body: object) => ask.send('PUT', path, body, 'analyst');
    expect(messagesOf(await put('/v1/loyalty_members/77', { banner: 'x' }))).toEqual([
      'missing_field: $.account_id is required',
      expect.stringMatching(/^invalid_enum: \$\.banner must be one of/),
    ]);
    for (const id of ['x', '0', '1.5']) {
      const reply = await put(`/v1/loyalty_members/${id}`, { account_id: 'C-1' });
      expect(faultOf(reply)).toEqual([404, 'not_found']);
    }
  });
});

describe('signed pushes', () => {
  const secret = 'shared-with-sparkfly';
  const sign = (body: string, key = secret) =>
    createHmac('sha256', key).update(body).digest('base64');
  let signed: Api;

  beforeAll(async () => {
    signed = await startApi({ sparkflySecret: new Secret(secret) });
  });

  afterAll(() => signed?.stop());

  it('accepts what is signed over its raw bytes, without a bearer key', async () => {
    const body = ` ${JSON.stringify(activity('ä'))}\n`;
    const headers = { 'x-hmac-sha256-signature': sign(body) };
    const reply = await signed.ask(activitiesPath, { method: 'POST', headers, body });
    expect(reply.json).toEqual({ accepted: 1, duplicates: 0 });
    const event = JSON.stringify(told);
    const asEvent = { 'x-hmac-sha256-signature': sign(event) };
    const taken = await signed.ask(eventsPath, { method: 'POST', headers: asEvent, body: event });
    expect(taken.status).toBe(201);
  });

  it('refuses what is not signed, badly signed or altered, also with a bearer key', async () => {
    const body = JSON.stringify(activity('b'));
    const good = sign(body);
    const signatures = [
      undefined,
      '',
      'x',
      sign(body, 'other'),
      sign(`${body} `),
      good.toLowerCase(),
      good.replace('=', ''),
      Buffer.from(good, 'base64').toString('hex'),
    ];
    for (const signature of signatures) {
      const headers = signature === undefined ? {} : { 'x-hmac-sha256-signature': signature };
      for (const key of [undefined, 'sparkfly', 'admin'] as const) {
        const reply = await signed.ask(activitiesPath, { method: 'POST', key, headers, body });
        expect(faultOf(reply)).toEqual([401, 'unauthorized']);
      }
    }
    expect((await signed.ask(rulesPath, { key: 'analyst' })).status).toBe(200);
  });
});
