import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import type { HistoryRow } from '../../domain/history.js';
import { loadHistory } from '../../services/transactions/history.js';
import { exampleItems, type Overrides } from '../support/transactions.js';
import { openDatabase } from './database.js';
import { begin, bring, idOf, line, receive, store, stranger } from './imports-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase(6);
});

afterAll(() => database?.close());

const mailboxOf = async (transactionId: string): Promise<string[]> => {
  const { email } = await loadHistory({ db: database.pool }, transactionId);
  return email.map((row: HistoryRow) => row.transactionId);
};

describe('history that somebody brings along', () => {
  it('counts for orders that come in after it, and for none that came in before', async () => {
    const shopper = stranger();
    const before = await receive(database.pool, shopper);
    const past = [line(90, shopper), line(30, shopper)];
    await bring(database.pool, past);
    const after = await receive(database.pool, shopper);
    expect(await mailboxOf(before)).toEqual([before]);
    expect((await mailboxOf(after)).toSorted()).toEqual(
      [...past.map(idOf), before, after].toSorted(),
    );
  });

  it('counts for no order that comes in while a part of it is being stored', async () => {
    const shopper = stranger();
    const importId = await begin(database.pool);
    await store(database.pool, importId, 1, [line(30, shopper)]);
    // The part is there, but another read of this order might have been before its commit.
    const meanwhile = await receive(database.pool, shopper);
    expect(await mailboxOf(meanwhile)).toEqual([meanwhile]);
  });

  it('lies in its own time: each order counts those before it and none after, in any sequence', async () => {
    const shopper = stranger();
    const at = (minutesAgo: number) => line(minutesAgo, shopper);
    const [oldest, old, late, latest] = [at(400), at(300), at(200), at(100)];
    // The latest come first, and the oldest in another import.
    await bring(database.pool, [latest, old]);
    await bring(database.pool, [late, oldest]);
    const live = await receive(database.pool, shopper);
    const inOrder = [oldest, old, late, latest].map(idOf);
    for (const [index, id] of inOrder.entries()) {
      expect((await mailboxOf(id)).toSorted()).toEqual(inOrder.slice(0, index + 1).toSorted());
    }
    expect(await mailboxOf(live)).toHaveLength(5);
  });

  it('counts orders that Verdict received before its own time', async () => {
    const shopper = stranger();
    const live = await receive(database.pool, shopper);
    await database.pool.query(
      `update order_history set received_at = received_at - interval '1 hour'
        where transaction_id = $1`,
      [live],
    );
    const [before, after] = [line(120, shopper), line(30, shopper)];
    await bring(database.pool, [before, after]);
    expect(await mailboxOf(idOf(before))).toEqual([idOf(before)]);
    expect(await mailboxOf(idOf(after))).toHaveLength(3);
  });

  it('counts among the orders of the same goods, as of today and as of the weeks before', async () => {
    const skuNumber = randomInt(2 ** 31);
    const guest = (): Overrides<Transaction> => {
      const shopper = stranger();
      return {
        ...shopper,
        customer: { ...shopper.customer, customerType: 'guest', accountId: '' },
        items: exampleItems({ skuNumber }),
      };
    };
    const goodsOf = async (id: string) => {
      const { goods, goodsTraffic } = await loadHistory({ db: database.pool }, id);
      return [goods.length, goodsTraffic?.guests];
    };
    const before = await receive(database.pool, guest());
    await bring(database.pool, [line(30, guest()), line(3 * 24 * 60, guest())]);
    expect(await goodsOf(before)).toEqual([1, 0]);
    expect(await goodsOf(await receive(database.pool, guest()))).toEqual([3, 1]);
  });

  it('counts among the orders of the last hour of the same store', async () => {
    const storeNumber = randomInt(2 ** 31);
    const sold = (): Overrides<Transaction> => {
      return { ...stranger(), ...{ source: 'store', storeNumber } };
    };
    const storeOrders = async (id: string) =>
      (await loadHistory({ db: database.pool }, id)).store.length;
    const before = await receive(database.pool, sold());
    const [late, old] = [line(30, sold()), line(40, sold())];
    await bring(database.pool, [late, old]);
    expect(await storeOrders(before)).toBe(1);
    expect(await storeOrders(await receive(database.pool, sold()))).toBe(4);
    expect(await storeOrders(idOf(late))).toBe(2);
  });

  it('has one sequence for orders of the same instant', async () => {
    const shopper = stranger();
    const receivedAt = new Date(Date.now() - 60_000).toISOString();
    const same = [1, 2, 3].map(() => line(1, shopper, { receivedAt }));
    await bring(database.pool, same);
    const counts = await Promise.all(same.map(async (one) => (await mailboxOf(idOf(one))).length));
    expect(new Set(counts)).toEqual(new Set([1, 2, 3]));
  });
});
