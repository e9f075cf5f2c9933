import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimSweepShare } from '../../db/sweeps.js';
import { openDatabase } from '../services/database.js';

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

const share = (at: Date) =>
  claimSweepShare(database.pool, 'undecided', {
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

  it('begins anew only when the next round is due', async () => {
    expect(await share(now)).toEqual([]);
    expect(await share(ago(-10_000))).toHaveLength(200);
  });

  it('hands an order to one of several workers', async () => {
    const later = ago(-60_000);
    const shares = await Promise.all([share(later), share(later)]);
    const ids = shares.flat().map(({ transactionId }) => transactionId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(250);
  });
});
