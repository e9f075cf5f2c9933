import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, type Pool } from '../../db/pool.js';
import { lockAlertRules } from '../../db/alert-clock.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { recordWithdrawal } from '../../services/cases/withdrawals.js';
import { reopenCase } from '../../services/cases/rounds.js';
import { until } from '../support/until.js';
import {
  cardOwnerOf,
  countedIn,
  feed,
  feedAll,
  ordersIn,
  ownerOf,
  startMs,
  vault,
  waitingIn,
} from './alert-feed-fixture.js';
import { alertsIn, clearAlerts, rulesIn, settingsOf } from './alerts-fixture.js';
import { openDatabase } from './database.js';
import { newKey } from './lists-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;
let orders: ReturnType<typeof ordersIn>;

beforeAll(async () => {
  database = await openDatabase(10);
  ({ pool } = database);
  orders = ordersIn(pool);
});

afterAll(() => database?.close());

beforeEach(async () => {
  await clearAlerts(pool);
  await pool.query('truncate transactions cascade');
});

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const laterMs = startMs + 12 * hourMs;
const cardNumber = '4111111111111111';
const creditCard = { cardNumber };

const ruleBy = (metric: string, quantity: number, scope: 'all_stores' | 'one_store') =>
  settingsOf({
    ...{ metric, quantity, scope, storeIds: [] },
    ...{ timePeriodMs: hourMs, suppressionMs: 2 * hourMs },
  });

const refuse = (transactionId: string, round: number, atMs: number) =>
  reopenCase(
    { db: pool, vault, now: new Date(atMs) },
    {
      ...{ transactionId, banner: 's5a', round, action: 'cancel', omsStatus: 422 },
      ...{ omsReason: null, dueAt: new Date(atMs) },
    },
  );

describe('what waits to be counted', () => {
  it('is written with the decision, in the one statement that an answer waits for', async () => {
    for (const [outcome, kinds] of [
      ['reject', ['declined']],
      ['review', ['reviewed']],
      ['accept', []],
    ] as const) {
      const id = await orders.open({});
      let statements = 0;
      const counting = new Proxy(pool, {
        get: (target, name, receiver): unknown => {
          if (name === 'query') statements += 1;
          return Reflect.get(target, name, receiver);
        },
      });
      await orders.decide(id, outcome, startMs, counting);
      expect(statements).toBe(1);
      const rows = await waitingIn(pool);
      expect(rows.filter((row) => row.transactionId === id).map(({ kind }) => kind)).toEqual(kinds);
    }
  });

  it('covers the first decision only: a repeated one adds nothing', async () => {
    const id = await orders.decided('review', startMs);
    expect((await orders.decide(id, 'reject', startMs + 1)).recorded).toBe(false);
    expect(await waitingIn(pool)).toMatchObject([{ kind: 'reviewed', happenedAtMs: startMs }]);
  });

  it('is a decline for each order that a verdict rejects, once whatever OMS answers', async () => {
    const id = await orders.decided('reject', startMs);
    await feedAll(pool, laterMs);
    await refuse(id, 1, startMs + 1);
    await orders.verdict(id, 'reject', startMs + 2, 1);
    await feedAll(pool, laterMs);
    await refuse(id, 2, startMs + 3);
    await orders.verdict(id, 'reject', startMs + 4, 2);
    await orders.verdict(id, 'reject', startMs + 5, 2);
    await feedAll(pool, laterMs);
    const counted = (await countedIn(pool)).filter(({ owner }) => owner.startsWith('card:'));
    expect(counted).toMatchObject([{ occurredAtMs: startMs }]);
    expect(await waitingIn(pool)).toEqual([]);
  });

  it('is no decline when an order in review is accepted or withdrawn', async () => {
    const [accepted, withdrawn, rejected] = [
      await orders.decided('review', startMs),
      await orders.decided('review', startMs),
      await orders.decided('review', startMs),
    ];
    const now = new Date(startMs + 1);
    await orders.verdict(accepted, 'accept', startMs + 1);
    await recordWithdrawal({ db: pool, now }, { transactionId: withdrawn, actor: 'oms:test' });
    await orders.verdict(rejected, 'reject', startMs + 1);
    const declined = (await waitingIn(pool)).filter(({ kind }) => kind === 'declined');
    expect(declined).toMatchObject([{ transactionId: rejected, happenedAtMs: startMs + 1 }]);
  });
});

describe('the feed', () => {
  it('counts a declined order by each subject that it has, at its store', async () => {
    const id = await orders.decided('reject', startMs, {
      ...{ creditCard, storeNumber: 7, ipAddress: '203.0.113.9', banner: 's5a' },
      customer: { accountId: 'A-1', emailAddress: 'Ann.Lee+x@Gmail.com' },
      additionalData: { inAuthId: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff' },
    });
    expect(await feedAll(pool, laterMs)).toBe(5);
    const counted = await countedIn(pool);
    expect(counted.map((one) => [one.id, one.metric, one.owner])).toEqual([
      [`declined:${id}:card`, 'declined_orders:card', cardOwnerOf(cardNumber)],
      [`declined:${id}:email`, 'declined_orders:email', ownerOf('email', 'annlee@gmail.com')],
      [`declined:${id}:account`, 'declined_orders:account', ownerOf('account', 's5a\u0000A-1')],
      [
        `declined:${id}:device`,
        'declined_orders:device',
        ownerOf('device', '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'),
      ],
      [`declined:${id}:ip`, 'declined_orders:ip', ownerOf('ip', '203.0.113.9')],
    ]);
    for (const one of counted) expect(one).toMatchObject({ store: 7, occurredAtMs: startMs });
  });

  it('leaves out what an order does not have, and addresses that strangers share', async () => {
    await orders.decided('reject', startMs, {
      ...{ customer: { accountId: ' ' }, additionalData: undefined, ipAddress: '10.1.2.3' },
    });
    await orders.decided('review', startMs, { salesRep: ' ', source: 'store' });
    await feedAll(pool, laterMs);
    const metrics = (await countedIn(pool)).map(({ metric }) => metric);
    expect(metrics).toEqual(['declined_orders:card', 'declined_orders:email']);
    expect(await waitingIn(pool)).toEqual([]);
  });

  it('counts reviews by sales person within the banner, whatever the spelling', async () => {
    await orders.decided('review', startMs, {
      source: 'store',
      salesRep: ' Kim  DOE',
      banner: 's5a',
    });
    await orders.decided('review', startMs, {
      source: 'store',
      salesRep: 'kim doe',
      banner: 's5a',
    });
    await orders.decided('review', startMs, {
      source: 'store',
      salesRep: 'Kim Doe',
      banner: 'bay',
    });
    await feedAll(pool, laterMs);
    const owners = (await countedIn(pool)).map(({ owner }) => owner).toSorted();
    const [saks, bay] = [
      ownerOf('salesRep', 's5a\u0000kim doe'),
      ownerOf('salesRep', 'bay\u0000kim doe'),
    ];
    expect(owners).toEqual([saks, saks, bay].toSorted());
  });

  it('raises one alert with what was measured, and counts repeats on it', async () => {
    const id = await rulesIn(pool, 'own').create(ruleBy('declined_orders:card', 3, 'all_stores'));
    for (let n = 0; n < 3; n += 1) await orders.decided('reject', startMs + n, { creditCard });
    await feedAll(pool, laterMs);
    const owner = cardOwnerOf(cardNumber);
    const alert = { ruleId: id, owner, quantity: 3, createdAtMs: startMs + 2 };
    expect(await alertsIn(pool)).toMatchObject([{ ...alert, suppressedCount: 0 }]);
    await orders.decided('reject', startMs + 3, { creditCard });
    await feedAll(pool, laterMs);
    expect(await alertsIn(pool)).toMatchObject([{ ...alert, suppressedCount: 1 }]);
  });

  it('counts within one store where the rule says so, by the store of the order', async () => {
    await rulesIn(pool, 'own').create(ruleBy('declined_orders:card', 2, 'one_store'));
    for (const [n, storeNumber] of [1, 2, 3].entries()) {
      await orders.decided('reject', startMs + n, { creditCard, storeNumber });
    }
    await feedAll(pool, laterMs);
    expect(await alertsIn(pool)).toEqual([]);
    await orders.decided('reject', startMs + 9, { creditCard, storeNumber: 2 });
    await feedAll(pool, laterMs);
    expect(await alertsIn(pool)).toMatchObject([{ store: 2, quantity: 2 }]);
  });

  it('waits a moment, so that what happened at nearly one time is counted in its order', async () => {
    await orders.decided('reject', startMs);
    expect(await feed(pool, startMs + 999)).toMatchObject({ counted: 0 });
    expect((await feed(pool, startMs + 1000)).counted).toBeGreaterThan(0);
  });
});

describe('an order that cannot be opened', () => {
  it('waits an hour for its key, and holds no other up', async () => {
    const key = newKey('away');
    const locked = await orders.open({ creditCard }, createVault(new Keyring([key])));
    await orders.decide(locked, 'reject', startMs);
    await orders.decided('reject', startMs + 1);
    const first = await feed(pool, laterMs, 1);
    expect(first).toEqual({ counted: 0, unreadable: 1, hasMore: true });
    expect(await feed(pool, laterMs, 5)).toMatchObject({ unreadable: 0, hasMore: false });
    const dueAtMs = laterMs + hourMs;
    expect(await waitingIn(pool)).toMatchObject([{ transactionId: locked, dueAtMs }]);
    const both = createVault(new Keyring([newKey('payload'), key]));
    expect(await feed(pool, dueAtMs - 1, 5, both)).toMatchObject({ counted: 0, unreadable: 0 });
    expect((await feed(pool, dueAtMs, 5, both)).counted).toBeGreaterThan(0);
    const found = (await countedIn(pool)).find(({ id }) => id.includes(locked));
    expect(found).toMatchObject({ occurredAtMs: startMs });
  });
});

describe('several feeders', () => {
  it('count each order once and raise one alert, however many feed at once', async () => {
    await rulesIn(pool, 'own').create(ruleBy('declined_orders:card', 3, 'all_stores'));
    for (let n = 0; n < 40; n += 1) await orders.decided('reject', startMs + n, { creditCard });
    const feedSome = async (): Promise<void> => {
      while ((await waitingIn(pool)).length > 0) await feed(pool, laterMs, 3);
    };
    await Promise.all([feedSome(), feedSome(), feedSome()]);
    const byCard = (await countedIn(pool)).filter(({ owner }) => owner.startsWith('card:'));
    expect(byCard.map(({ occurredAtMs }) => occurredAtMs - startMs)).toEqual([...Array(40).keys()]);
    expect(await alertsIn(pool)).toMatchObject([{ quantity: 3, suppressedCount: 37 }]);
  });

  it('do not wait for one that is busy, and lose nothing when it dies', async () => {
    await orders.decided('reject', startMs);
    let dying: Promise<unknown> | undefined;
    await inTransaction(pool, async (db) => {
      await lockAlertRules(db);
      dying = feed(pool, laterMs).catch((error: unknown) => error);
      const pid = await until('the feeder waits', async () => {
        const { rows } = await pool.query<{ pid: number }>(
          `select pid from pg_stat_activity where datname = current_database()
            and wait_event_type = 'Lock'`,
        );
        return rows[0]?.pid;
      });
      expect(await feed(pool, laterMs)).toEqual({ counted: 0, unreadable: 0, hasMore: false });
      await pool.query('select pg_terminate_backend($1)', [pid]);
      await dying;
    });
    expect(await dying).toBeInstanceOf(Error);
    expect(await countedIn(pool)).toEqual([]);
    expect(await feedAll(pool, laterMs)).toBeGreaterThan(0);
    expect(await waitingIn(pool)).toEqual([]);
  });
});
