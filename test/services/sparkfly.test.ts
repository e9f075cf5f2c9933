import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FraudAlertEventInput } from '../../contracts/sparkfly/event.js';
import { textLimits } from '../../contracts/text-limits.js';
import { advanceAlertClock } from '../../db/alert-clock.js';
import { listAlertEvents } from '../../db/alert-events.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { linkMember } from '../../services/alerts/members.js';
import { recordReportedAlert } from '../../services/alerts/events.js';
import { pollListing } from '../../services/sparkfly.js';
import { exampleSettings } from '../support/rules.js';
import { analyst, clearAlerts, vault } from './alerts-fixture.js';
import { openDatabase } from './database.js';
import {
  at,
  beganMs,
  clearPolls,
  type Entry,
  entryAt,
  hourMs,
  pollOf,
  storedIn,
} from './sparkfly-fixture.js';

let pool: Pool;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ pool, close } = await openDatabase());
});
afterAll(() => close());
beforeEach(async () => {
  await clearAlerts(pool);
  await clearPolls(pool);
});

/** Alerts raised at these hours, in this order, each of a different member. */
const listed = (...hours: number[]) =>
  hours.map((hour) => entryAt(hour, { loyalty_enrollment_id: hour + 1 }));

const pollRow = async () => {
  const { rows } = await pool.query<{ seen_until: Date | null; walked_at: Date | null }>(
    'select seen_until, walked_at from sparkfly_polls',
  );
  return rows[0];
};

describe('an alert that is polled', () => {
  it('is stored once and then moves in place, and only forward', async () => {
    const first = { suppressed_count: 2, notifications_sent: true, updated_at: at(beganMs + 5) };
    expect((await pollOf(pool, () => [entryAt(0, first)], { hours: 2 })).taken).toBe(1);
    const poll = (more: Entry) =>
      pollOf(pool, () => [entryAt(0, { ...first, ...more })], { hours: 3 });
    expect(await poll({})).toMatchObject({ taken: 0, moved: 0 });
    const further = { suppressed_count: 5, updated_at: at(beganMs + 9) };
    expect(await poll(further)).toMatchObject({ taken: 0, moved: 1 });
    const back = { suppressed_count: 1, notifications_sent: false, updated_at: at(beganMs) };
    expect(await poll(back)).toMatchObject({ taken: 0, moved: 0 });
    expect(await poll({ suppressed_count: 5, updated_at: at(beganMs + 7) })).toMatchObject({
      moved: 0,
    });
    expect(await poll({ updated_at: at(beganMs + 11) })).toMatchObject({ moved: 1 });
    expect(await storedIn(pool)).toMatchObject([
      { suppressed: 5, sent: true, updated: new Date(beganMs + 11) },
    ]);
  });

  it('that is unchanged does not wait for transactions that raise alerts', async () => {
    const entries = [entryAt(0)];
    await pollOf(pool, () => entries, { hours: 2 });
    await inTransaction(pool, async (db) => {
      await advanceAlertClock(db, 1);
      expect(await pollOf(pool, () => entries, { hours: 3 })).toMatchObject({ taken: 0, moved: 0 });
    });
  });

  it('is not lost for texts beyond our limits: they are cut', async () => {
    const long = (length: number) => 'n'.repeat(length);
    const texts = { fraud_alert_rule_name: long(5000), account_id: long(500) };
    const poll = await pollOf(pool, () => [entryAt(0, texts)], { hours: 2 });
    expect(poll).toMatchObject({ taken: 1 });
    const { rows } = await pool.query('select rule_name from alert_events');
    expect(rows).toEqual([{ rule_name: long(textLimits.sparkflyRuleName.max) }]);
  });

  it('is the one that was pushed before, and the other way round', async () => {
    const { store_id: _none, ...pushed } = entryAt(0);
    const push = () =>
      recordReportedAlert({ db: pool, vault, now: new Date() }, FraudAlertEventInput.parse(pushed));
    expect(await push()).toMatchObject({ isNew: true });
    expect((await pollOf(pool, () => [entryAt(0)], { hours: 2 })).taken).toBe(0);
    expect(await push()).toMatchObject({ isNew: false, isMoved: false });
    expect(await storedIn(pool)).toHaveLength(1);
  });

  it('becomes due as evidence when its member has an account', async () => {
    const link = { account_id: 'C-1' };
    await linkMember(
      { db: pool, vault, actor: analyst, now: new Date() },
      { enrollmentId: 78, link },
    );
    const entries = [entryAt(0), entryAt(0, { loyalty_enrollment_id: 78 })];
    await pollOf(pool, () => entries, { hours: 2 });
    const due = (await storedIn(pool)).map(({ owner, evidence }) => [owner, evidence !== null]);
    expect(due).toEqual([
      ['77', false],
      ['78', true],
    ]);
  });

  it('without an instant is one, however long it is in the listing', async () => {
    const entries = [entryAt(0, { created_at: null, updated_at: null })];
    for (const hours of [1, 2, 30, 3000]) await pollOf(pool, () => entries, { hours });
    expect(await storedIn(pool)).toHaveLength(1);
  });

  it('without an instant, as several of one member at one moment, are each there once', async () => {
    const undated = { created_at: null, updated_at: null };
    const entries = [1, 2, 3].map((quantity) => entryAt(0, { ...undated, quantity }));
    const poll = () => pollOf(pool, () => entries, { hours: 1, perPage: 50 });
    expect(await poll()).toMatchObject({ taken: 3, unreadable: 0 });
    expect(await poll()).toMatchObject({ taken: 0 });
    const moment = new Date();
    const { created_at: _at, updated_at: _too, store_id: _none, ...pushed } = entryAt(0);
    const pushes = Array.from({ length: 20 }, (_, index) =>
      FraudAlertEventInput.parse({ ...pushed, quantity: index + 1, fraud_alert_rule_id: 13 }),
    );
    const takeAll = () =>
      Promise.all(pushes.map((one) => recordReportedAlert({ db: pool, vault, now: moment }, one)));
    expect((await takeAll()).filter(({ isNew }) => isNew)).toHaveLength(20);
    expect((await takeAll()).filter(({ isNew }) => isNew)).toHaveLength(0);
    expect(await storedIn(pool)).toHaveLength(23);
  });

  it('older than the retention of alerts is not stored again', async () => {
    const old = pollOf(pool, () => [entryAt(-401 * 24), entryAt(-399 * 24)], { hours: 0 });
    expect((await old).taken).toBe(1);
  });

  it('and cannot be read holds no other up, and is named by code and path alone', async () => {
    const broken = { fraud_alert_rule_id: 'secret-17', metric_type: 4 };
    const entries = [entryAt(3), entryAt(2, broken), null, 'secret-18', entryAt(1)];
    const poll = await pollOf(pool, () => entries, { hours: 5 });
    expect(poll).toMatchObject({ taken: 2, unreadable: 3, pages: [1, 2, 3] });
    expect(poll.fault).toBe('invalid_type at $.fraud_alert_rule_id');
  });
});

describe('a poll', () => {
  const many = listed(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

  it('reads all pages at first and once a day, and else what is new with its overlap', async () => {
    const poll = (hours: number) => pollOf(pool, () => many, { hours });
    expect(await poll(10)).toMatchObject({ pages: [1, 2, 3, 4, 5], walkedAll: true, taken: 10 });
    // Seen until 9 h, less 1 h of overlap: nothing on page 2 is as late as 8 h.
    expect(await poll(11)).toMatchObject({ pages: [1, 2], walkedAll: false });
    expect(await poll(33.9)).toMatchObject({ pages: [1, 2] });
    expect(await poll(34)).toMatchObject({ pages: [1, 2, 3, 4, 5], walkedAll: true });
    expect(await poll(35)).toMatchObject({ pages: [1, 2] });
  });

  it('reads back to where the last good one was, however long ago that is', async () => {
    await pollOf(pool, () => many.slice(4), { hours: 6 });
    const fail = () => {
      throw new Error('away');
    };
    const failing = { hours: 8, before: fail };
    await expect(pollOf(pool, () => many, failing)).rejects.toThrow('away');
    expect(await pollOf(pool, () => many, { hours: 10 })).toMatchObject({
      ...{ taken: 4, walkedAll: false, pages: [1, 2, 3, 4] },
    });
    expect(await storedIn(pool)).toHaveLength(10);
  });

  it('that fails in the middle does not move how far was read', async () => {
    const before = (page: number) => {
      if (page === 3) throw new Error('away');
    };
    await expect(pollOf(pool, () => many, { hours: 10, before })).rejects.toThrow('away');
    expect(await pollRow()).toEqual({ seen_until: null, walked_at: null });
    expect(await pollOf(pool, () => many, { hours: 10 })).toMatchObject({ taken: 6 });
    expect(await pollRow()).toEqual({
      seen_until: new Date(beganMs + 9 * hourMs),
      walked_at: new Date(beganMs + 10 * hourMs),
    });
  });

  it.each<[string, readonly unknown[]]>([
    ['oldest first', many.toReversed()],
    ['in no order', [many[4], many[1], many[8], many[0], many[9], many[2]]],
    [
      'of one instant',
      Array.from({ length: 6 }, (_, n) => entryAt(0, { loyalty_enrollment_id: n + 1 })),
    ],
    ['without instants', listed(3, 2, 1, 0).map((one) => ({ ...one, created_at: null }))],
  ])('of a listing %s reads all of it', async (_name, entries) => {
    await pollOf(pool, () => entries, { hours: 10 });
    const again = await pollOf(pool, () => entries, { hours: 20, perPage: 1 });
    expect(again.pages).toHaveLength(entries.length);
  });

  it('sees what has changed though its alert is old, where the listing is by change', async () => {
    await pollOf(pool, () => many, { hours: 10 });
    const changed = { ...many[9], suppressed_count: 4, updated_at: at(beganMs + 10 * hourMs) };
    const listing = [changed, ...many.slice(0, 9)];
    expect(await pollOf(pool, () => listing, { hours: 11 })).toMatchObject({ moved: 1 });
  });

  it('during which alerts appear misses none and reads on in the same order', async () => {
    let listing = many.slice(2);
    await pollOf(pool, () => listing, { hours: 8 });
    const before = (page: number) => {
      if (page === 2) listing = many;
    };
    const shifted = await pollOf(pool, () => listing, { hours: 10, before, perPage: 3 });
    expect(shifted).toMatchObject({ pages: [1, 2, 3], walkedAll: false });
    await pollOf(pool, () => listing, { hours: 11 });
    expect(await storedIn(pool)).toHaveLength(10);
  });

  it('is not misled by an instant ahead of our clock', async () => {
    const ahead = entryAt(9000, { loyalty_enrollment_id: 5 });
    await pollOf(pool, () => [ahead, ...many.slice(4)], { hours: 6 });
    expect((await pollRow())?.seen_until).toEqual(new Date(beganMs + 6 * hourMs));
    const poll = await pollOf(pool, () => [ahead, ...many], { hours: 10 });
    expect(poll.taken).toBe(4);
  });

  it('with a change dated ahead does not hide the changes that come', async () => {
    const never = '9999-12-31T23:59:59Z';
    await pollOf(pool, () => [entryAt(0, { updated_at: never })], { hours: 1 });
    const next = at(beganMs + 2 * hourMs);
    const poll = await pollOf(pool, () => [entryAt(0, { updated_at: next })], { hours: 3 });
    expect(poll.moved).toBe(1);
    expect(await storedIn(pool)).toMatchObject([{ updated: new Date(next) }]);
  });

  it('dated ahead of our clock is listed where it was stored', async () => {
    const ahead = entryAt(0, { created_at: '9999-12-31T23:59:59Z', loyalty_enrollment_id: 5 });
    await pollOf(pool, () => [ahead], { hours: 1 });
    await pollOf(pool, () => [entryAt(2)], { hours: 3 });
    const page = { asOf: Number.MAX_SAFE_INTEGER, limit: 10, offset: 0 };
    const { rows } = await listAlertEvents(pool, { family: 'loyalty' }, page);
    expect(rows.map(({ owner }) => owner)).toEqual(['77', '5']);
  });

  it('of a listing that returns the same page for every number ends', async () => {
    const poll = await pollListing(
      {
        ...{
          db: pool,
          vault,
          settings: exampleSettings(),
          now: () => new Date(beganMs + 20 * hourMs),
        },
        onProgress: () => undefined,
        readPage: async () => ({ entries: many, isLast: false, isCounted: false }),
      },
      undefined,
    );
    expect(poll).toMatchObject({ pages: 2, taken: 10, walkedAll: true, isCut: false });
  });
});

describe('a listing that grows and changes', () => {
  interface Change {
    readonly added: number;
    /** Positions in the listing. */
    readonly suppressed: readonly number[];
    readonly sent: readonly number[];
    /** Alerts that appear while its pages are being read. */
    readonly during: number;
    readonly fails: boolean;
  }
  const Change: fc.Arbitrary<Change> = fc.record({
    added: fc.integer({ min: 0, max: 4 }),
    suppressed: fc.array(fc.nat(30), { maxLength: 3 }),
    sent: fc.array(fc.nat(30), { maxLength: 3 }),
    during: fc.integer({ min: 0, max: 2 }),
    fails: fc.boolean(),
  });

  it('is stored with each alert once and as it was last, after a walk at the end', async () => {
    const run = async (changes: readonly Change[], perPage: number) => {
      await clearAlerts(pool);
      await clearPolls(pool);
      const all: Record<string, unknown>[] = [];
      let hour = 0;
      const add = () => {
        all.unshift({ ...entryAt(hour, { loyalty_enrollment_id: all.length + 1 }) });
      };
      const change = (index: number, more: (one: Record<string, unknown>) => Entry) => {
        const one = all[index];
        if (one === undefined) return;
        Object.assign(one, more(one), { updated_at: at(beganMs + hour * hourMs) });
      };
      for (const { added, suppressed, sent, during, fails } of changes) {
        hour += 1;
        for (let n = 0; n < added; n += 1) add();
        for (const index of suppressed) {
          change(index, (one) => ({ suppressed_count: Number(one['suppressed_count']) + 1 }));
        }
        for (const index of sent) change(index, () => ({ notifications_sent: true }));
        let left = during;
        const before = (page: number) => {
          if (fails && page > 1) throw new Error('away');
          if (left > 0) add();
          left -= 1;
        };
        const given = { hours: hour, perPage, before };
        await pollOf(pool, () => structuredClone(all), given).catch(() => undefined);
      }
      await pollOf(pool, () => all, { hours: hour + 24, perPage });
      const stored = await storedIn(pool);
      const view = stored.map((row) => [
        row.owner,
        row.suppressed,
        row.sent,
        at(row.updated.getTime()),
      ]);
      const expected = all.map((one) => [
        String(one['loyalty_enrollment_id']),
        ...[one['suppressed_count'], one['notifications_sent'], one['updated_at']],
      ]);
      const byMember = (one: readonly unknown[], other: readonly unknown[]) =>
        Number(one[0]) - Number(other[0]);
      expect(view.toSorted(byMember)).toEqual(expected.toSorted(byMember));
    };
    const histories = fc.array(Change, { minLength: 1, maxLength: 5 });
    const property = fc.asyncProperty(histories, fc.integer({ min: 1, max: 5 }), run);
    await fc.assert(property, { numRuns: 25 });
  });
});
