import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../db/pool.js';
import { recordActivities } from '../../services/alerts/counting.js';
import type { RuleSettings } from '../../services/alerts/rule-settings.js';
import {
  planMails,
  readMail,
  settleMail,
  startAlertMails,
  unsentMailAge,
} from '../../services/alert-mails.js';
import { createMailAgeCheck } from '../../worker/watch-work.js';
import { exampleSettings } from '../support/rules.js';
import { clearAlerts, rulesIn, settingsOf, vault } from './alerts-fixture.js';
import { openDatabase } from './database.js';
import { dueAtOf } from './due-work.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase(10);
});
afterAll(() => database?.close());
beforeEach(() => clearAlerts(database.pool));

const store = { number: 7, country: 'US' } as const;
const settings = {
  ...exampleSettings(),
  contacts: { corporateEmail: 'Fraud@Example.com' },
  stores: [
    { ...store, banner: 'bay' as const, email: 'seven@example.com', timeZone: 'America/Toronto' },
    { ...store, banner: 's5a' as const, email: 'SEVEN@example.com' },
    { ...store, number: 8, banner: 'bay' as const, email: 'eight@example.com' },
  ],
};

const hourMs = 3_600_000;
const counting = {
  ...{ metric: 'loyalty_enrollment_transactions', quantity: 2, timePeriodMs: hourMs },
  ...{ suppressionMs: hourMs, scope: 'all_stores' as const, storeIds: [] },
};
const told = {
  ...{ notifyCorporate: true, notifyStore: true, notifyEmails: true },
  emails: ['one@example.com', 'fraud@example.com', 'seven@EXAMPLE.com'],
};

let occurred = 0;

/** Has a member reach the threshold of a rule at a store of its own. Returns the alert. */
const raise = async (given: Partial<RuleSettings> = told, owner = '4711') => {
  const { pool } = database;
  occurred += 1;
  const metric = `metric_${occurred}`;
  const ruleId = await rulesIn(pool).create(settingsOf({ ...counting, metric }, given));
  const activity = {
    ...{ id: `activity ${occurred}`, metric, owner, store: 7, quantity: 5 },
    occurredAtMs: Date.now() - 1000 + occurred,
  };
  const { raised } = await inTransaction(pool, (db) =>
    recordActivities({ db }, 'loyalty', [activity]),
  );
  return { ruleId, eventId: raised[0] ?? -1 };
};

const plan = (eventId: number, given: Parameters<typeof planMails>[0]['settings'] = settings) =>
  planMails({ db: database.pool, vault, settings: given, now: new Date() }, eventId);
const read = (eventId: number, number: number) =>
  readMail({ db: database.pool, vault, settings }, eventId, number);
const settle = (eventId: number, number: number, state: 'sent' | 'refused') =>
  settleMail({ db: database.pool, now: new Date() }, { eventId, number, state });

const eventOf = async (eventId: number) => {
  const { rows } = await database.pool.query<{
    notifications_sent: boolean;
    updated_at: Date;
  }>('select * from alert_events where event_id = $1', [eventId]);
  if (rows[0] === undefined) throw new Error('no such alert');
  return {
    ...rows[0],
    notify_due_at: await dueAtOf(database.pool, 'alert_mails', eventId),
    evidence_due_at: await dueAtOf(database.pool, 'alert_evidence', eventId),
  };
};

const recipients = async (eventId: number, mails: number) => {
  const numbers = Array.from({ length: mails }, (_, index) => index + 1);
  const all = await Promise.all(numbers.map((number) => read(eventId, number)));
  return all.map((mail) => `${mail?.role} ${mail?.address} ${mail?.timeZone}`);
};

describe('an alert that is raised', () => {
  it.each(['notifyCorporate', 'notifyStore', 'notifyEmails'] as const)(
    'is due at once when its rule has %s, and else never',
    async (name) => {
      const { eventId } = await raise({ ...told, ...noBody, [name]: true });
      const { updated_at: at, notify_due_at: dueAt } = await eventOf(eventId);
      expect(dueAt).toEqual(at);
      const silent = await raise(noBody, '4712');
      expect(await eventOf(silent.eventId)).toMatchObject({ notify_due_at: null });
      expect(await plan(silent.eventId)).toEqual({ mails: 0, hasNoRecipient: false });
    },
  );

  it('is due as evidence when its member has an account, and else not', async () => {
    await database.pool.query(
      `insert into loyalty_members values (4711, '\\x00', null, 'push', now())`,
    );
    const linked = await raise(told, '4711');
    const unknown = await raise(told, '4712');
    const { evidence_due_at: dueAt, updated_at: at } = await eventOf(linked.eventId);
    expect(dueAt).toEqual(at);
    expect(await eventOf(unknown.eventId)).toMatchObject({ evidence_due_at: null });
  });

  it('of our own rules is due for mails, too', async () => {
    const { pool } = database;
    const own = { ...counting, metric: 'declined_orders:card' };
    await rulesIn(pool, 'own').create(settingsOf(own, told));
    const activity = { id: 'x', metric: own.metric, owner: 'ab12', store: null, quantity: 2 };
    const { raised } = await inTransaction(pool, (db) =>
      recordActivities({ db }, 'own', [{ ...activity, occurredAtMs: Date.now() }]),
    );
    const eventId = raised[0] ?? -1;
    expect(await plan(eventId)).toMatchObject({ mails: 3 });
    expect(await read(eventId, 1)).toMatchObject({ memberId: null, family: 'own' });
  });
});

const noBody = { notifyCorporate: false, notifyStore: false, notifyEmails: false };

describe('planning', () => {
  it('covers the corporate contact, the contacts of the store and the addresses, each mailbox once', async () => {
    const { eventId } = await raise();
    const { mails } = await plan(eventId);
    expect(await recipients(eventId, mails)).toEqual([
      'corporate Fraud@Example.com UTC',
      'store seven@example.com America/Toronto',
      'email one@example.com UTC',
    ]);
  });

  it('stores addresses encrypted, each for its own mail', async () => {
    const { eventId } = await raise();
    await plan(eventId);
    const { pool } = database;
    const { rows } = await pool.query<{ address: Buffer }>('select address from alert_mails');
    for (const { address } of rows) expect(address.toString('latin1')).not.toContain('xample');
    await pool.query(`update alert_mails m set address = o.address from alert_mails o
      where m.number = 1 and o.number = 2`);
    await expect(read(eventId, 1)).rejects.toThrow('sealed for something else');
  });

  it("uses the rule's current recipients, also when it has been deleted since", async () => {
    const { ruleId, eventId } = await raise();
    const rules = rulesIn(database.pool);
    await rules.change(ruleId, settingsOf(counting, { ...noBody, notifyCorporate: true }));
    await rules.remove(ruleId);
    expect(await plan(eventId)).toEqual({ mails: 1, hasNoRecipient: false });
    expect(await read(eventId, 1)).toMatchObject({ role: 'corporate', threshold: 2 });
  });

  it('stays: a change of the rule adds nobody, and concurrent plans make one', async () => {
    const { ruleId, eventId } = await raise();
    const planned = await Promise.all(Array.from({ length: 8 }, () => plan(eventId)));
    expect(planned).toEqual(planned.map(() => ({ mails: 3, hasNoRecipient: false })));
    const more = { ...told, emails: ['two@example.com', 'three@example.com'] };
    await rulesIn(database.pool).change(ruleId, settingsOf(counting, more));
    expect(await plan(eventId)).toEqual({ mails: 3, hasNoRecipient: false });
    expect(await read(eventId, 4)).toBeUndefined();
  });

  it('without recipients ends it unsent, with one log line', async () => {
    const { eventId } = await raise({ ...noBody, notifyCorporate: true });
    const nobody = { ...settings, contacts: { corporateEmail: null } };
    expect(await plan(eventId, nobody)).toEqual({ mails: 0, hasNoRecipient: true });
    expect(await plan(eventId, nobody)).toEqual({ mails: 0, hasNoRecipient: false });
    const ended = { notify_due_at: null, notifications_sent: false };
    expect(await eventOf(eventId)).toMatchObject(ended);
  });
});

describe('an alert is mailed', () => {
  it.each([
    [['sent', 'sent', 'sent'], true],
    [['refused', 'refused', 'sent'], true],
    [['refused', 'refused', 'refused'], false],
  ] as const)('with its last mail, and was sent if any was: %s', async (states, isSent) => {
    const { eventId } = await raise();
    await plan(eventId);
    const before = await eventOf(eventId);
    for (const [index, state] of states.entries()) {
      expect(await eventOf(eventId)).toMatchObject({ notifications_sent: false });
      expect((await eventOf(eventId)).notify_due_at).not.toBeNull();
      await settle(eventId, index + 1, state);
    }
    const after = await eventOf(eventId);
    expect(after).toMatchObject({ notify_due_at: null, notifications_sent: isSent });
    expect(after.updated_at.getTime()).toBeGreaterThan(before.updated_at.getTime());
  });

  it('when its mails are settled concurrently, and the first stored result stays', async () => {
    const { eventId } = await raise();
    await plan(eventId);
    await Promise.all([1, 2, 3].map((number) => settle(eventId, number, 'sent')));
    expect(await eventOf(eventId)).toMatchObject({ notify_due_at: null, notifications_sent: true });
    await settle(eventId, 1, 'refused');
    expect(await read(eventId, 1)).toMatchObject({ state: 'sent' });
  });

  it('to nobody when it was deleted meanwhile', async () => {
    const { eventId } = await raise();
    await plan(eventId);
    await database.pool.query('delete from alert_events');
    expect(await read(eventId, 1)).toBeUndefined();
    await settle(eventId, 1, 'sent');
    expect(await plan(eventId)).toEqual({ mails: 0, hasNoRecipient: false });
  });
});

describe('what is due', () => {
  /** Starts the mails that are due, failing for those in `broken`. Returns the started ones. */
  const begin = async (now: Date, limit = 10, broken: readonly number[] = []) => {
    const begun: number[] = [];
    const start = async (eventId: number): Promise<void> => {
      if (broken.includes(eventId)) throw new Error('Temporal is away');
      begun.push(eventId);
    };
    const telling = startAlertMails({ db: database.pool, now }, { start, limit });
    await telling.catch((error: unknown) => expect(error).toMatchObject({ message: /away/ }));
    return begun;
  };

  it('is started the longest due first, at most as many as requested, and then leased for ten minutes', async () => {
    const first = await raise(told, '1');
    const second = await raise(told, '2');
    const now = new Date(Date.now() + 1000);
    expect(await begin(now, 1)).toEqual([first.eventId]);
    expect(await begin(now)).toEqual([second.eventId]);
    expect(await begin(new Date(now.getTime() + 599_999))).toEqual([]);
    expect(await begin(new Date(now.getTime() + 600_000))).toHaveLength(2);
  });

  it('that could not be started is due again in a second, and delays no other', async () => {
    const first = await raise(told, '1');
    const second = await raise(told, '2');
    const now = new Date(Date.now() + 1000);
    expect(await begin(now, 10, [first.eventId])).toEqual([second.eventId]);
    expect(await begin(new Date(now.getTime() + 1000))).toEqual([first.eventId]);
  });

  it('is started again ten seconds after a worker died on the way to Temporal', async () => {
    const { eventId } = await raise();
    const now = new Date(Date.now() + 1000);
    await new Promise<void>((resolve) => {
      const start = (): Promise<void> => new Promise(() => resolve());
      void startAlertMails({ db: database.pool, now }, { start, limit: 1 });
    });
    expect(await begin(new Date(now.getTime() + 9999))).toEqual([]);
    expect(await begin(new Date(now.getTime() + 10_000))).toEqual([eventId]);
  });

  it('stays sent when its workflow was faster than the note that it was started', async () => {
    const { eventId } = await raise({ ...noBody, notifyCorporate: true });
    const start = async (): Promise<void> => {
      await plan(eventId);
      await settle(eventId, 1, 'sent');
    };
    await startAlertMails(
      { db: database.pool, now: new Date(Date.now() + 1000) },
      { start, limit: 1 },
    );
    expect(await eventOf(eventId)).toMatchObject({ notify_due_at: null });
  });

  it('is as old as its raising, however often it was put off, and alarms once and each hour', async () => {
    const { eventId } = await raise();
    await begin(new Date(Date.now() + 1000));
    const seen: unknown[] = [];
    let nowMs = Date.now();
    const deps = { db: database.pool, settings, now: () => new Date(nowMs) };
    const look = createMailAgeCheck(deps, (code, fields) => seen.push([code, fields]));
    await look();
    expect(seen).toEqual([]);
    nowMs += 16 * 60_000;
    await look();
    await look();
    expect(seen).toMatchObject([['notifications_late', { waiting: 1 }]]);
    nowMs += hourMs;
    await look();
    expect(seen).toHaveLength(2);
    await plan(eventId);
    for (const number of [1, 2, 3]) await settle(eventId, number, 'sent');
    expect(await unsentMailAge({ db: database.pool, now: new Date(nowMs) })).toEqual({
      waiting: 0,
      oldestMs: 0,
    });
    await look();
    expect(seen).toHaveLength(2);
  });
});
