import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordVerdict } from '../../services/cases/verdicts.js';
import { recordWithdrawal } from '../../services/cases/withdrawals.js';
import { reopenCase } from '../../services/cases/rounds.js';
import { findOrderState } from '../../services/transactions/decisions.js';
import { markSettled } from '../../services/transactions/settlement.js';
import { ordersIn, vault } from './alert-feed-fixture.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let orders: ReturnType<typeof ordersIn>;

beforeAll(async () => {
  database = await openDatabase();
  orders = ordersIn(database.pool);
});
afterAll(() => database?.close());

const atMs = Date.parse('2026-11-21T12:00:00Z');
const now = new Date(atMs);
const dueAt = new Date(atMs + 60_000);

const inReview = () => orders.decided('review', atMs);
const verdict = (transactionId: string, outcome: 'accept' | 'reject', round = 0) =>
  recordVerdict(
    { db: database.pool, vault, now },
    { transactionId, round, outcome, source: 'api', reviewer: 'reviewer:a', remarks: '' },
  );
const withdraw = (transactionId: string, round?: number) =>
  recordWithdrawal(
    { db: database.pool, now },
    {
      ...{ transactionId, actor: 'oms:checkout' },
      ...(round !== undefined && { round }),
    },
  );
const refuse = (transactionId: string, round: number) =>
  reopenCase(
    { db: database.pool, vault, now },
    {
      ...{ transactionId, banner: 's5a', round, action: 'process', omsStatus: 422 },
      ...{ omsReason: null, dueAt },
    },
  );
const verdicts = async (transactionId: string) => {
  const { rows } = await database.pool.query<{ round: number; outcome: string }>(
    'select round, outcome from verdicts where transaction_id = $1 order by round',
    [transactionId],
  );
  return rows.map(({ round, outcome }) => `${round} ${outcome}`);
};
const settlingAs = (outcome: 'accept' | 'reject', round = 0) =>
  expect.objectContaining({ status: 'settling', outcome, round }) as unknown;

describe('what is stored of a round beats what a workflow remembers', () => {
  it("a verdict returns the order's status, the first time and when it runs twice", async () => {
    const id = await inReview();
    expect(await verdict(id, 'accept')).toEqual(settlingAs('accept'));
    expect(await verdict(id, 'accept')).toEqual(settlingAs('accept'));
    expect(await verdicts(id)).toEqual(['0 accept']);
  });

  it('a contrary verdict of the same round changes nothing and returns the stored one', async () => {
    const id = await inReview();
    await verdict(id, 'accept');
    expect(await verdict(id, 'reject')).toEqual(settlingAs('accept'));
    await markSettled({ db: database.pool, now }, id, 'process');
    expect(await verdict(id, 'reject')).toMatchObject({ status: 'processed', outcome: 'accept' });
    expect(await verdicts(id)).toEqual(['0 accept']);
  });

  it('two concurrent contrary verdicts both return the same', async () => {
    for (let time = 0; time < 10; time += 1) {
      const id = await inReview();
      const told = await Promise.all([verdict(id, 'accept'), verdict(id, 'reject')]);
      expect(told[0].outcome).toBe(told[1].outcome);
      expect(await verdicts(id)).toEqual([`0 ${told[0].outcome}`]);
    }
  });

  it('a verdict of a round that is over does not act in the next one, and leads there', async () => {
    const id = await inReview();
    await verdict(id, 'accept');
    await refuse(id, 1);
    const open = { status: 'oms_rejected', outcome: 'review', round: 1, dueAtMs: dueAt.getTime() };
    expect(await verdict(id, 'reject')).toEqual(open);
    expect(await verdict(id, 'reject', 2)).toEqual(open);
    expect(await verdict(id, 'reject', 1)).toEqual(settlingAs('reject', 1));
    expect(await verdicts(id)).toEqual(['0 accept', '1 reject']);
  });

  it('a verdict on an order decided without a review returns its decision', async () => {
    const id = await orders.decided('accept', atMs);
    expect(await verdict(id, 'reject')).toEqual(settlingAs('accept'));
    expect(await verdicts(id)).toEqual([]);
  });

  it('a stored verdict beats a withdrawal, and a stored withdrawal a verdict', async () => {
    const decided = await inReview();
    await verdict(decided, 'accept');
    expect(await withdraw(decided, 0)).toEqual(settlingAs('accept'));
    const withdrawn = await inReview();
    expect(await withdraw(withdrawn, 0)).toMatchObject({ status: 'withdrawn' });
    expect(await verdict(withdrawn, 'accept')).toMatchObject({ status: 'withdrawn' });
    expect(await verdicts(withdrawn)).toEqual([]);
  });

  it('a withdrawal of a round that is over does not end the next one', async () => {
    const id = await inReview();
    await verdict(id, 'accept');
    await refuse(id, 1);
    expect(await withdraw(id, 0)).toMatchObject({ status: 'oms_rejected', round: 1 });
    expect(await withdraw(id)).toMatchObject({ status: 'withdrawn' });
    expect(await findOrderState({ db: database.pool }, id)).toMatchObject({ status: 'withdrawn' });
  });
});
