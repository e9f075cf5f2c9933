import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Banner, Transaction } from '../../contracts/hbc/transaction.js';
import type { Pool } from '../../db/pool.js';
import { countOrders, type HistoryRow } from '../../domain/history.js';
import { withdrawLabel } from '../../services/labels/statements.js';
import { loadHistory } from '../../services/transactions/history.js';
import { storeBannerTotals } from '../../services/transactions/fact-source.js';
import { exampleItems, type Overrides } from '../support/transactions.js';
import { openDatabase } from './database.js';
import { analyst, decideOrder, say, storeOrder } from './labels-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase();
});

afterAll(() => database?.close());

const hourMs = 3_600_000;
const noon = Date.UTC(2026, 10, 21, 12);
const at = (hours: number) => new Date(noon + hours * hourMs);

/** Stores an order as if it were received then. Returns its id. */
const storeAt = async (hours: number, overrides: Overrides<Transaction>): Promise<string> => {
  const id = await storeOrder(database.pool, overrides);
  for (const table of ['order_history', 'order_addresses', 'order_card_digits']) {
    const text = `update ${table} set received_at = $2 where transaction_id = $1`;
    await database.pool.query(text, [id, at(hours)]);
  }
  return id;
};

const mailbox = (): Overrides<Transaction> => ({
  customer: { emailAddress: `${randomUUID()}@example.com` },
});

/** All with one sales person, shipped to one place. */
const soldTo = (): Overrides<Transaction> => ({
  source: 'store',
  salesRep: `Rep ${randomUUID()}`,
  items: exampleItems({ shippingAddress: { streetLineOne: randomUUID() } }),
});

const rowOf = (rows: readonly HistoryRow[], transactionId: string) =>
  rows.find((row) => row.transactionId === transactionId);

describe("what an order's history holds", () => {
  it('is the latest label stated before its receipt', async () => {
    const subject = mailbox();
    const first = await storeAt(-100, subject);
    const labelled = async (hours: number) => {
      const { email } = await loadHistory({ db: database.pool }, await storeAt(hours, subject));
      return rowOf(email, first)?.label;
    };
    const state = (kind: string, hours: number) =>
      say(database.pool, [{ transactionId: first, kind }], { now: at(hours) });
    await state('fraud', -50);
    await state('good', -20);
    expect(await labelled(-51)).toBeNull();
    expect(await labelled(-50)).toBe('fraud');
    expect(await labelled(-21)).toBe('fraud');
    expect(await labelled(-20)).toBe('good');
  });

  it('is a label until it is withdrawn, and then the one before it', async () => {
    const subject = mailbox();
    const first = await storeAt(-100, subject);
    const state = async (kind: string, hours: number) => {
      const said = await say(database.pool, [{ transactionId: first, kind }], { now: at(hours) });
      return said.kind === 'stated' ? said.results : [];
    };
    await state('good', -60);
    await state('fraud', -50);
    const { rows } = await database.pool.query<{ label_id: string }>(
      `select label_id from labels where transaction_id = $1 and kind = 'fraud'`,
      [first],
    );
    const withdrawal = { labelId: rows[0]?.label_id ?? '', reason: 'wrong' };
    await withdrawLabel({ db: database.pool, actor: analyst, now: at(-10) }, withdrawal);
    const labelled = async (hours: number) => {
      const { email } = await loadHistory({ db: database.pool }, await storeAt(hours, subject));
      return rowOf(email, first)?.label;
    };
    expect([await labelled(-11), await labelled(-10)]).toEqual(['fraud', 'good']);
  });

  it('is the answer that another order had by then', async () => {
    const subject = soldTo();
    const reviewed = await storeAt(-9, subject);
    const accepted = await storeAt(-9, subject);
    const rejected = await storeAt(-9, subject);
    const score = { outcome: 'review', totalScore: 50 } as const;
    await decideOrder(database.pool, reviewed, { score, at: at(-5) });
    await decideOrder(database.pool, accepted, { at: at(-5) });
    const bad = { outcome: 'reject', totalScore: 90 } as const;
    await decideOrder(database.pool, rejected, { score: bad, at: at(-5) });
    const answered = async (hours: number) => {
      const id = await storeAt(hours, subject);
      const { salesRep, address } = await loadHistory({ db: database.pool }, id);
      return [reviewed, accepted, rejected, id].map((one) => {
        if (rowOf(salesRep, one)?.wasReviewed) return 'reviewed';
        return rowOf(address, one)?.wasRejected ? 'rejected' : 'unknown';
      });
    };
    expect(await answered(-5.001)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    expect(await answered(-5)).toEqual(['reviewed', 'unknown', 'rejected', 'unknown']);
  });

  it("is a reviewer's reject, from the moment of the verdict", async () => {
    const subject = soldTo();
    const first = await storeAt(-9, subject);
    const score = { outcome: 'review', totalScore: 50 } as const;
    await decideOrder(database.pool, first, { score, at: at(-5) });
    await database.pool.query(
      `insert into verdicts (transaction_id, round, outcome, source, reviewer, decided_at)
        values ($1, 0, 'reject', 'api', 'rae', $2)`,
      [first, at(-3)],
    );
    const rejected = async (hours: number) => {
      const { address } = await loadHistory({ db: database.pool }, await storeAt(hours, subject));
      return rowOf(address, first)?.wasRejected;
    };
    expect([await rejected(-3.001), await rejected(-3)]).toEqual([false, true]);
  });

  it('is loaded only where a fact needs it, also for an order that shares several subjects', async () => {
    const subject = { ...soldTo(), ...mailbox() };
    const first = await storeAt(-9, subject);
    const score = { outcome: 'reject', totalScore: 90 } as const;
    await decideOrder(database.pool, first, { score, at: at(-5) });
    await say(database.pool, [{ transactionId: first, kind: 'fraud' }], { now: at(-4) });
    const history = await loadHistory({ db: database.pool }, await storeAt(0, subject));
    const told = (kind: 'email' | 'address' | 'salesRep') => {
      const row = rowOf(history[kind], first);
      return [row?.label, row?.wasRejected];
    };
    expect(told('email')).toEqual(['fraud', false]);
    expect(told('address')).toEqual(['fraud', true]);
    expect(told('salesRep')).toEqual([null, false]);
  });
});

describe('what orders share', () => {
  it('is the sales person in any spelling, for 7 days', async () => {
    const salesRep = `Rep ${randomUUID()}`;
    await storeAt(-7 * 24, { source: 'store', salesRep });
    await storeAt(-7 * 24 + 0.001, { source: 'store', salesRep: ` ${salesRep.toUpperCase()}.` });
    const id = await storeAt(0, { source: 'store', salesRep });
    const history = await loadHistory({ db: database.pool }, id);
    expect(countOrders(history.salesRep)).toBe(2);
    const without = await loadHistory(
      { db: database.pool },
      await storeAt(0, { source: 'store', salesRep: ' - ' }),
    );
    expect(without.salesRepShare).toBeNull();
    expect(history.salesRepShare).toBeGreaterThan(0);
    const onWeb = await loadHistory(
      { db: database.pool },
      await storeAt(0, { source: 'Web', salesRep }),
    );
    expect([onWeb.salesRep, onWeb.salesRepShare]).toEqual([[], null]);
    expect(without.salesRep).toEqual([]);
  });

  it('are promotion codes in any spelling, each once', async () => {
    const promos = (...codes: string[]) => ({
      promos: codes.map((promotionCode) => ({ promotionCode, promotionAmount: 1 })),
    });
    const subject = { additionalData: { inAuthId: randomUUID() } };
    const first = await storeAt(-2, { ...subject, ...promos(' fall10', 'FALL10 ', 'VIP', ' ') });
    const second = await storeAt(-1, { ...subject, ...promos('Fall10') });
    const { device, account } = await loadHistory({ db: database.pool }, second);
    const [ofFirst, ofSecond] = [rowOf(device, first), rowOf(device, second)];
    expect(ofFirst?.promotions).toHaveLength(2);
    expect(ofSecond?.promotions).toHaveLength(1);
    expect(ofFirst?.promotions).toContain(ofSecond?.promotions[0]);
    // They are left out for subjects whose codes no fact compares.
    expect(rowOf(account, second)?.promotions).toEqual([]);
  });

  it('is a device for 180 days', async () => {
    const additionalData = { inAuthId: randomUUID() };
    await storeAt(-180 * 24, { additionalData });
    await storeAt(-180 * 24 + 0.001, { additionalData });
    const id = await storeAt(0, { additionalData, items: exampleItems({}) });
    expect(countOrders((await loadHistory({ db: database.pool }, id)).device)).toBe(2);
  });

  it('lets orders of one sales person be stored concurrently: none waits for another', async () => {
    const salesRep = `Rep ${randomUUID()}`;
    const sale = (cardNumber: string, cardType: string): Overrides<Transaction> => ({
      source: 'store',
      salesRep,
      ipAddress: undefined,
      additionalData: { inAuthId: randomUUID() },
      customer: { accountId: randomUUID(), emailAddress: `${randomUUID()}@example.com` },
      creditCard: { cardNumber, cardType },
      items: exampleItems({ shippingAddress: { streetLineOne: randomUUID() } }),
    });
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await storeOrder(client as unknown as Pool, sale('4111111111111111', 'visa'));
      // The first is not committed: a shared lock would block this one for ever.
      const id = await storeOrder(database.pool, sale('5555555555554444', 'mastercard'));
      expect(countOrders((await loadHistory({ db: database.pool }, id)).salesRep)).toBe(1);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});

describe('the total that few orders of a banner exceed', () => {
  const currencies: Readonly<Record<Banner, string>> = {
    lat: 'USD',
    s5a: 'USD',
    o5a: 'USD',
    bay: 'CAD',
  };
  const totals = async () => {
    const { rows } = await database.pool.query<Record<string, unknown>>(
      `select banner, day::text, orders, p99::float from banner_totals order by banner, day`,
    );
    return rows;
  };

  it('is noted for yesterday from the 30 days that ended with it, once', async () => {
    await database.pool.query(`insert into transactions (transaction_id, workflow_id, banner,
        order_id, group_id, content_key_id, content_hash, body, status, received_at, updated_at)
      select 'n' || n, 'n' || n, 'bay', 'n' || n, '1', 'k', '', '', 'processed', now(), now()
      from generate_series(1, 1004) n`);
    // The last four lie just outside: too early, too late, another currency, another banner.
    await database.pool.query(
      `insert into order_history (transaction_id, received_at, banner, order_hash, key_id, card,
          other_keys, amount, authorized_amount, currency, goods_hash)
        select 'n' || n,
          case n when 1 then $1::timestamptz when 2 then $2::timestamptz - interval '1 ms'
            when 1001 then $1::timestamptz - interval '1 ms' when 1002 then $2 else $1 end,
          case n when 1004 then 'lat' else 'bay' end, '', 'k', '', '{}',
          case when n > 1000 then 99999 else n end, 0,
          case n when 1003 then 'USD' else 'CAD' end, ''
        from generate_series(1, 1004) n`,
      [new Date('2026-10-22T00:00:00Z'), new Date('2026-11-21T00:00:00Z')],
    );
    const now = new Date('2026-11-21T00:00:00Z');
    await Promise.all([
      storeBannerTotals({ db: database.pool, now }, { currencies }),
      storeBannerTotals({ db: database.pool, now }, { currencies }),
    ]);
    await storeBannerTotals({ db: database.pool, now: at(11) }, { currencies });
    const noted = await totals();
    expect(noted.map(({ banner, day }) => [banner, day])).toEqual(
      ['bay', 'lat', 'o5a', 's5a'].map((banner) => [banner, '2026-11-20']),
    );
    expect(noted[0]).toMatchObject({ orders: 1000, p99: 990 });
  });

  it('counts from the day after on, and only when there were 1000 orders', async () => {
    const known = async (hours: number, banner: Banner) =>
      (await loadHistory({ db: database.pool }, await storeAt(hours, { ...mailbox(), banner })))
        .bannerP99;
    // 20 November at 23:59 UTC, and a minute later.
    expect(await known(-12 - 1 / 60, 'bay')).toBeNull();
    expect(await known(-12, 'bay')).toBe(990);
    expect(await known(24 * 40, 'bay')).toBe(990);
    expect(await known(0, 's5a')).toBeNull();
    await database.pool.query(
      `insert into banner_totals (banner, day, orders, p99) values ('bay', '2026-11-25', 999, 5)`,
    );
    expect(await known(24 * 40, 'bay')).toBeNull();
  });
});
