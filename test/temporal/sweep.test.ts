import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Queryable } from '../../db/pool.js';
import { claimSweepShare, listOpenOrders, type SweepName } from '../../db/sweeps.js';
import { statuses } from '../../contracts/hbc/decision.js';
import { openDatabase, untilLocked } from '../services/database.js';

const now = new Date('2026-11-29T12:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase(10);
});

afterAll(() => database?.close());

const storeUndecided = async (count: number): Promise<void> => {
  await database.pool.query(
    `insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
       content_key_id, content_hash, body, status, received_at, updated_at)
     select 'tx_' || lpad(n::text, 5, '0'), 's5a:' || n || ':1', 's5a', n::text, '1', 'k', '\\x00',
       '\\x00', 'deciding', $2::timestamptz + n * interval '1 ms', $2
     from generate_series(1, $1::integer) n`,
    [count, ago(3_600_000)],
  );
};

const share = (at: Date, db: Queryable = database.pool) =>
  claimSweepShare(db, 'undecided', {
    before: ago(30_000),
    limit: 200,
    roundMs: 10_000,
    now: at,
  });

describe('the sweep of undecided orders', () => {
  it('comes to every order, however many before it cannot be decided', async () => {
    await storeUndecided(450);
    const shares = [await share(now), await share(now), await share(now)];
    expect(shares.map((orders) => orders.length)).toEqual([200, 200, 50]);
    expect(new Set(shares.flat().map(({ transactionId }) => transactionId)).size).toBe(450);
  });

  it('restarts only when the next round is due', async () => {
    expect(await share(now)).toEqual([]);
    expect(await share(ago(-10_000))).toHaveLength(200);
  });

  it('hands an order to one of several workers that ask at one moment', async () => {
    const later = ago(-60_000);
    const other = await database.pool.connect();
    await other.query('begin');
    const first = await share(later, other);
    const second = share(later);
    await Promise.race([second, untilLocked(database.pool)]);
    await other.query('commit');
    other.release();
    const ids = [...first, ...(await second)].map(({ transactionId }) => transactionId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(250);
  });
});

describe('each sweep', () => {
  const changed = { before: ago(20_000), old: ago(30_000), young: ago(10_000) };

  /** Orders in every status, one old enough and one too young, each with a case but undecided. */
  const storeAll = async (): Promise<void> => {
    await database.pool.query('truncate transactions cascade');
    await database.pool.query('update sweeps set after_at = null, after_id = null, began_at = $1', [
      ago(3_600_000),
    ]);
    for (const status of statuses) {
      await database.pool.query(
        `insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
           content_key_id, content_hash, body, status, received_at, updated_at)
         select $1 || age, $1 || age, 's5a', $1 || age, '1', 'k', '\\x00', '\\x00', $1, at, at
         from (values (' old', $2::timestamptz), (' young', $3)) of_age(age, at)`,
        [status, changed.old, changed.young],
      );
    }
    await database.pool.query(
      `insert into cases (case_id, transaction_id, banner, status, reason, priority, total_score,
         opened_at, due_at)
       select gen_random_uuid(), transaction_id, 's5a',
         case when status in ('in_review', 'oms_rejected') then 'open' else 'closed' end, 'review',
         'normal', 0, updated_at, $1 from transactions where status <> 'deciding'`,
      [ago(-3_600_000)],
    );
  };
  const found = async (name: SweepName): Promise<string[]> => {
    const limits = { before: changed.before, limit: 100, roundMs: 10_000, now };
    const orders = await claimSweepShare(database.pool, name, limits);
    return orders.map(({ transactionId }) => transactionId).toSorted();
  };

  it('finds its own orders, and only those that have waited for long enough', async () => {
    await storeAll();
    expect(await found('undecided')).toEqual(['deciding old']);
    expect(await found('settling')).toEqual(['settling old']);
    expect(await found('reviews')).toEqual(['in_review old', 'oms_rejected old']);
  });

  it('leaves those of a broken run out that are under way no more', async () => {
    await storeAll();
    const all = statuses.map((status) => `${status} old`);
    const orders = await listOpenOrders(database.pool, all);
    expect(orders.map(({ status }) => status).toSorted()).toEqual([
      ...['deciding', 'in_review', 'oms_rejected', 'settling'],
    ]);
  });
});
