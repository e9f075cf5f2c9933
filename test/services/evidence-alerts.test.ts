import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Banner } from '../../contracts/hbc/transaction.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { linkMember } from '../../services/alerts/members.js';
import { recordLoyaltyActivities } from '../../services/alerts/counting.js';
import { recordReportedAlert } from '../../services/alerts/events.js';
import { until } from '../support/until.js';
import { clearAlerts, rulesIn, settingsOf } from './alerts-fixture.js';
import { openDatabase } from './database.js';
import { dueIn } from './due-work.js';
import { evidenceWith, strangers } from './evidence-fixture.js';
import { newKey } from './lists-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let own: ReturnType<typeof evidenceWith>;

beforeAll(async () => {
  database = await openDatabase(10);
  own = evidenceWith(database.pool);
});
beforeEach(() => clearAlerts(database.pool));
afterAll(() => database?.close());

const points = 'loyalty_enrollment_points_earned';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = new Date('2026-11-21T12:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const analyst = { name: 'analyst:test' };

let members = 1000;
const newMember = (): number => {
  members += 1;
  return members;
};

const deps = () => ({ db: database.pool, vault: own.deps.vault });

interface Told {
  readonly account?: string;
  readonly rule?: number;
  readonly at?: Date;
}

/** Sparkfly reports an alert of a member. */
const tell = (member: number, { account, rule = 1, at = later(-hourMs) }: Told = {}, when = now) =>
  recordReportedAlert(
    { ...deps(), now: when },
    {
      ...{ fraud_alert_rule_id: rule, fraud_alert_rule_name: 'a rule', metric_type: points },
      ...{ notifications_sent: false, quantity: 1234, suppressed_count: 0, created_at: at },
      ...{ loyalty_enrollment_id: member, ...(account !== undefined && { account_id: account }) },
    },
  );

const link = (member: number, account: string, when = now, banner?: Banner) =>
  linkMember(
    { ...deps(), actor: analyst, now: when },
    {
      enrollmentId: member,
      link: { account_id: account, ...(banner && { banner }) },
    },
  );

/** References of the evidence about an account that was known at an instant. */
const refs = async (account: string, at: Date, banner?: Banner) =>
  (await own.knownOfAccount(account, at, banner)).map(({ reference }) => reference);

const pending = async (): Promise<number> => (await dueIn(database.pool, 'alert_evidence')).length;

describe('an alert of a member', () => {
  it('whose push names the account is evidence on it at every banner, with ids and numbers', async () => {
    const [member, account] = [newMember(), randomUUID()];
    const { event } = await tell(member, { account });
    expect(await own.alerts(now)).toMatchObject({ done: 1, evidence: 4, unreadable: 0 });
    expect(await pending()).toBe(0);
    for (const banner of ['lat', 's5a', 'o5a', 'bay'] as const) {
      expect(await refs(account, now, banner)).toEqual([String(event.id)]);
    }
    expect(await refs(randomUUID(), now)).toEqual([]);
    const order = await own.order({ ...strangers(), customer: { accountId: account } });
    expect(await own.shown(order)).toMatchObject([
      {
        ...{ kind: 'sparkfly_alert', source: 'sparkfly', subject: 'account', weak: false },
        occurredAt: later(-hourMs).toISOString(),
        details: { eventId: event.id, ruleId: 1, metric: points, quantity: 1234 },
      },
    ]);
  });

  it('dated by a clock ahead of ours ages from the day of receipt', async () => {
    const account = randomUUID();
    await tell(newMember(), { account, at: later(1000 * dayMs) });
    await own.alerts(now);
    const [known] = await own.knownOfAccount(account, later(dayMs));
    expect(known?.occurredAtMs).toBe(now.getTime());
  });

  it('waits without a link, and counts from the link on', async () => {
    const [member, account] = [newMember(), randomUUID()];
    await tell(member);
    expect(await pending()).toBe(0);
    await link(member, account, later(1000), 's5a');
    await own.alerts(later(2000));
    expect(await refs(account, later(1999))).toEqual([]);
    expect(await refs(account, later(2000))).toHaveLength(1);
    expect(await refs(account, later(2000), 'bay')).toEqual([]);
  });

  it('of a member who is linked already needs no further word', async () => {
    const [member, account] = [newMember(), randomUUID()];
    await link(member, account);
    await tell(member);
    await own.alerts(now);
    expect(await refs(account, now)).toHaveLength(1);
  });

  it('of our own engine counts as one of Sparkfly, under its own name', async () => {
    const [member, account] = [newMember(), randomUUID()];
    const day = { timePeriodMs: dayMs, suppressionMs: dayMs };
    const rule = {
      metric: points,
      quantity: 5,
      scope: 'all_stores',
      storeIds: [],
      ...day,
    } as const;
    await rulesIn(database.pool).create(settingsOf(rule));
    const one = { metric_type: points, quantity: 5, loyalty_enrollment_id: member } as const;
    const activity = { ...one, id: randomUUID(), occurred_at: later(-hourMs) };
    await recordLoyaltyActivities({ ...deps(), now }, [{ ...activity, account_id: account }]);
    // Due by the database's clock.
    await own.alerts(new Date(Date.now() + dayMs));
    const [found] = await own.knownOfAccount(account, new Date(Date.now() + dayMs));
    expect(found).toMatchObject({ kind: 'sparkfly_alert', source: 'verdict', subject: 'account' });
  });

  it('moves with a corrected link and back, and each instant sees what was known then', async () => {
    const [member, one, other] = [newMember(), randomUUID(), randomUUID()];
    const { event } = await tell(member);
    const accounts = [one, other, one, other];
    for (const [index, account] of accounts.entries()) {
      await link(member, account, later(index * 1000));
      const recorded = await own.alerts(later(index * 1000 + 500));
      expect(recorded).toMatchObject({ done: 1, evidence: 4 });
    }
    for (const [index, account] of accounts.entries()) {
      const at = later(index * 1000 + 500);
      const reference = index === 0 ? String(event.id) : `${event.id}#${index + 1}`;
      expect(await refs(account, at)).toEqual([reference]);
      expect(await refs(account === one ? other : one, at)).toEqual([]);
    }
    const order = await own.order({ ...strangers(), customer: { accountId: one } });
    expect(await own.shown(order)).toEqual([]);
  });

  it('whose link gets a banner is withdrawn at the others alone', async () => {
    const [member, account] = [newMember(), randomUUID()];
    await tell(member, { account });
    await own.alerts(now);
    await link(member, account, later(1000), 's5a');
    expect(await own.alerts(later(1000))).toMatchObject({ done: 1, evidence: 0 });
    expect(await refs(account, later(1000))).toHaveLength(1);
    expect(await refs(account, later(1000), 'bay')).toEqual([]);
    expect(await refs(account, later(999), 'bay')).toHaveLength(1);
  });

  it('processed again, and sent again by Sparkfly, adds nothing', async () => {
    const [member, account] = [newMember(), randomUUID()];
    await tell(member, { account });
    await own.alerts(now);
    await tell(member, { account }, later(1000));
    await link(member, account, later(1000));
    expect(await own.alerts(later(1000))).toMatchObject({ evidence: 0 });
    expect(await refs(account, later(1000))).toHaveLength(1);
  });

  it('follows every alert of the member, also those long before the link', async () => {
    const [member, account] = [newMember(), randomUUID()];
    for (const rule of [1, 2, 3]) await tell(member, { rule, at: later(-rule * dayMs) });
    await tell(newMember(), { rule: 4 });
    await link(member, account);
    expect(await own.alerts(now)).toMatchObject({ done: 3 });
    expect(await refs(account, now)).toHaveLength(3);
  });

  it('is recorded once by many concurrent runs', async () => {
    for (let n = 0; n < 60; n += 1) await tell(newMember(), { account: randomUUID() });
    const batches = await Promise.all([1, 2, 3, 4].map(() => own.alerts(now)));
    expect(batches.reduce((sum, { done }) => sum + done, 0)).toBe(60);
    expect(batches.reduce((sum, { evidence }) => sum + evidence, 0)).toBe(240);
  });

  it('that is stored while its member is being linked is not overlooked', async () => {
    const [member, account] = [newMember(), randomUUID()];
    const { pool } = database;
    // Storing the alert takes until the gate opens.
    await pool.query(`create function wait_at_gate() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock(4711); return null; end'`);
    await pool.query(`create trigger gate after insert on alert_events
      for each statement execute function wait_at_gate()`);
    const waiting = (count: number) =>
      until(`${count} wait`, async () => {
        const { rows } = await pool.query(
          `select 1 from pg_locks where not granted and locktype = 'advisory'
            and database = (select oid from pg_database where datname = current_database())`,
        );
        return rows.length === count;
      });
    const gate = await pool.connect();
    try {
      await gate.query('select pg_advisory_lock(4711)');
      const told = tell(member);
      await waiting(1);
      let isLinked = false;
      const linked = link(member, account).then(() => {
        isLinked = true;
      });
      await Promise.race([waiting(2), linked]);
      expect(isLinked).toBe(false);
      await gate.query('select pg_advisory_unlock(4711)');
      await Promise.all([told, linked]);
    } finally {
      gate.release(true);
      await pool.query('drop trigger gate on alert_events');
      await pool.query('drop function wait_at_gate');
    }
    expect(await own.alerts(now)).toMatchObject({ done: 1 });
    expect(await refs(account, now)).toHaveLength(1);
  });

  it('whose account cannot be decrypted waits an hour, delays no other, and a push repairs it', async () => {
    const [lost, fine, account] = [newMember(), newMember(), randomUUID()];
    await tell(lost, { account: randomUUID() });
    await tell(fine, { account: randomUUID() });
    const elsewhere = createVault(new Keyring([newKey('other')]));
    await database.pool.query('update loyalty_members set account = $2 where enrollment_id = $1', [
      lost,
      elsewhere.seal('x', `loyalty-member:${lost}`),
    ]);
    expect(await own.alerts(now)).toMatchObject({ done: 1, unreadable: 1 });
    expect(await own.alerts(later(hourMs - 1))).toMatchObject({ done: 0, unreadable: 0 });
    expect(await own.alerts(later(hourMs))).toMatchObject({ done: 0, unreadable: 1 });
    await tell(lost, { account }, later(hourMs));
    await own.alerts(later(hourMs));
    expect(await refs(account, later(hourMs))).toHaveLength(1);
  });

  it('is noted on the open cases of the account, once, and not on others', async () => {
    const [member, account] = [newMember(), randomUUID()];
    const mine = await own.order({ ...strangers(), customer: { accountId: account } });
    const stranger = await own.order();
    for (const id of [mine, stranger]) await own.openCase(id, now);
    const { event } = await tell(member, { account });
    await own.alerts(now);
    await link(member, account, later(1000));
    await own.alerts(later(1000));
    expect(await own.noted(mine)).toEqual([
      {
        ...{ kind: 'sparkfly_alert', source: 'sparkfly', reference: String(event.id) },
        ...{ subjects: ['account'], occurredAt: later(-hourMs).toISOString() },
      },
    ]);
    expect(await own.noted(stranger)).toEqual([]);
  });

  it('written under an older key is known under the new one, and moves from there', async () => {
    const [oldKey, newerKey] = [newKey('old'), newKey('new')];
    const old = evidenceWith(database.pool, [oldKey]);
    const rotated = evidenceWith(database.pool, [newerKey, oldKey]);
    const [member, account] = [newMember(), randomUUID()];
    await tell(member, { account });
    await old.alerts(now);
    await link(member, account, later(1000));
    expect(await rotated.alerts(later(1000))).toMatchObject({ evidence: 0 });
    expect(await rotated.knownOfAccount(account, later(1000))).toHaveLength(1);
    await link(member, randomUUID(), later(2000));
    await rotated.alerts(later(2000));
    expect(await rotated.knownOfAccount(account, later(2000))).toEqual([]);
  });
});

describe('rule R48', () => {
  it('gives 25 points for a later order of the account, for 30 days, and none before the link', async () => {
    const [member, account] = [newMember(), randomUUID()];
    const customer = { ...strangers().customer, accountId: account };
    const orderNow = () => own.order({ ...strangers(), customer });
    const started = new Date();
    await tell(member, { at: new Date(started.getTime() - 30 * dayMs + hourMs) });
    const before = await orderNow();
    await link(member, account, started);
    await own.alerts(new Date());
    const after = await orderNow();
    expect(await own.pointsOf(before, 'R48')).toBeUndefined();
    expect(await own.pointsOf(after, 'R48')).toBe(25);
    expect(await own.pointsOf(await own.order(), 'R48')).toBeUndefined();
    await database.pool.query(
      `update evidence set occurred_at = occurred_at - interval '2 hours'
        where source = 'sparkfly'`,
    );
    expect(await own.pointsOf(after, 'R48')).toBeUndefined();
  });
});
