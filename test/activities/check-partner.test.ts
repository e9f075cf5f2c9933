import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActivityDeps } from '../../activities/deps.js';
import { createActivities } from '../../activities/create-activities.js';
import { until } from '../support/until.js';
import { type Activities, startActivities } from './fixture.js';

let own: Activities;
/** The time limits that a partner's client got, check by check. */
const limits: number[] = [];
let checks: ReturnType<typeof createActivities>;

beforeAll(async () => {
  own = await startActivities();
  const { yleo } = own.clients;
  const watched: NonNullable<ActivityDeps['partners']['yleo']> = {
    ...yleo,
    check: (transaction, context) => {
      limits.push(context.budgetMs);
      return yleo.check(transaction, context);
    },
  };
  checks = createActivities({ ...own.deps, partners: { yleo: watched } });
});
afterAll(() => own?.stop());

const checkYleo = (transactionId: string, budgetMs: number) =>
  own.attempt(transactionId, () => checks.checkYleo({ transactionId, banner: 's5a', budgetMs }));

describe('a check of a partner while a caller waits', () => {
  it('leaves 75 ms of its time for the decision and the answer', async () => {
    const transactionId = await own.orders.open({});
    await own.attempt(transactionId, () => checks.score({ transactionId }));
    limits.length = 0;
    await checkYleo(transactionId, 10_000);
    expect(limits).toHaveLength(1);
    expect(limits[0]).toBeLessThanOrEqual(10_000 - 75);
    expect(limits[0]).toBeGreaterThan(5000 - 75);
  });

  it('asks no partner when Postgres has used half of the budget: that says nothing about the partner', async () => {
    limits.length = 0;
    const transactionId = await own.orders.open({});
    const holder = await own.pool.connect();
    await holder.query('begin; lock table partner_answers in access exclusive mode');
    const startedAtMs = performance.now();
    const result = await checkYleo(transactionId, 3000);
    const tookMs = performance.now() - startedAtMs;
    await holder.query('rollback');
    holder.release();
    expect(result).toEqual({ kind: 'not_made', partner: 'yleo' });
    expect(limits).toEqual([]);
    expect(tookMs).toBeLessThan(2900);
  });

  it('that runs again finds the answer of its first run, and that of another process: neither pays', async () => {
    const transactionId = await own.orders.open({});
    limits.length = 0;
    const first = await checkYleo(transactionId, 10_000);
    expect(first).toMatchObject({ kind: 'answered' });
    expect(await checkYleo(transactionId, 10_000), 'before it is stored').toEqual(first);
    await until('the answer is stored', async () => {
      const { rowCount } = await own.pool.query(
        'select from partner_answers where transaction_id = $1',
        [transactionId],
      );
      return rowCount === 1;
    });
    expect(await checkYleo(transactionId, 10_000)).toEqual(first);
    const other = createActivities({ ...own.deps, partners: { yleo: own.clients.yleo } });
    const again = () => other.checkYleo({ transactionId, banner: 's5a', budgetMs: 10_000 });
    expect(await own.attempt(transactionId, again)).toEqual(first);
    expect(limits).toHaveLength(1);
    const asked = (await own.calls('yleo')).length;
    const later = await own.orders.open({});
    await own.attempt(later, () => checks.score({ transactionId: later }));
    const here = () => other.checkYleo({ transactionId: later, banner: 's5a', budgetMs: 10_000 });
    await own.attempt(later, here);
    expect((await own.calls('yleo')).length).toBe(asked + 1);
  });
});
