import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCandidatesText } from '../../db/label-candidates.js';
import { insertPartnerAnswer } from '../../db/partner-answers.js';
import type { Pool } from '../../db/pool.js';
import { findTransaction } from '../../db/transactions.js';
import type { PartnerAnswer } from '../../domain/votes.js';
import { listUnreportedChargebacks, markReported } from '../../services/sardine-feedback.js';
import { withdrawLabel } from '../../services/labels/statements.js';
import { openDatabase } from './database.js';
import { analyst, resultsOf, say, sayAt, sayDay, storeOrder } from './labels-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await openDatabase();
  ({ pool } = database);
});

afterAll(() => database?.close());

const dayMs = 86_400_000;

/** The UTC day this many days from today: orders are received when they are stored. */
const day = (days = 0) => new Date(Date.now() + days * dayMs).toISOString().slice(0, 10);

/** The UTC day some days from the one on which an order was received. */
const dayFrom = async (transactionId: string, days: number): Promise<string> => {
  const row = await findTransaction(pool, transactionId);
  const receivedAtMs = row?.received_at.getTime() ?? Number.NaN;
  return new Date(receivedAtMs + days * dayMs).toISOString().slice(0, 10);
};

let cents = 100_00;

/** An amount that no other order of this file has. */
const ownAmount = () => {
  cents += 1;
  return cents / 100;
};

const countLabels = async (): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>('select count(*)::integer as n from labels');
  return rows[0]?.n ?? -1;
};

/** The answer to one statement, with the number of labels that it stored. */
const ask = async (statement: object, matchDays = 3) => {
  const before = await countLabels();
  const [result] = await resultsOf(say(pool, [statement], { matchDays }));
  const stored = (await countLabels()) - before;
  return { ...result, stored };
};

describe('an order named by its number', () => {
  it('is found by banner and order number where it has one shipment group', async () => {
    const orderId = randomUUID();
    const transactionId = await storeOrder(pool, { orderId });
    const answer = await ask({ kind: 'fraud', banner: 's5a', orderId });
    expect(answer).toMatchObject({ result: 'taken', label: { transactionId }, stored: 1 });
  });

  it('with several groups is ambiguous without the group, and found with it', async () => {
    const orderId = randomUUID();
    const first = await storeOrder(pool, { orderId, groupId: '1' });
    const second = await storeOrder(pool, { orderId, groupId: '2' });
    const named = { kind: 'fraud', banner: 's5a', orderId };
    const candidates = [first, second];
    expect(await ask(named)).toEqual({ result: 'ambiguous', candidates, stored: 0 });
    const answer = await ask({ ...named, groupId: '2' });
    expect(answer).toMatchObject({ result: 'taken', label: { transactionId: second } });
  });

  it('is unmatched under another banner, and nothing is stored', async () => {
    const orderId = randomUUID();
    await storeOrder(pool, { orderId });
    const answer = await ask({ kind: 'fraud', banner: 'bay', orderId });
    expect(answer).toEqual({ result: 'unmatched', stored: 0 });
  });
});

describe('an order named by last four, amount and day', () => {
  const card = (amount: number, more: object = {}) => ({
    ...{ kind: 'chargeback', reason: '10.4' },
    last4: '1111',
    amount,
    currency: 'USD',
    date: day(),
    ...more,
  });

  it('is found when exactly one order fits', async () => {
    const amount = ownAmount();
    const transactionId = await storeOrder(pool, { orderTotal: amount });
    expect(await ask(card(amount))).toMatchObject({
      result: 'taken',
      label: { transactionId, amount, date: day() },
      stored: 1,
    });
  });

  it('is found by what was authorised on the card, when that is not the total', async () => {
    const amount = ownAmount();
    const creditCard = { authorizedAmount: amount, fullAmount: amount };
    const transactionId = await storeOrder(pool, { orderTotal: ownAmount(), creditCard });
    expect(await ask(card(amount))).toMatchObject({ result: 'taken', label: { transactionId } });
  });

  it('is unmatched when last four, amount, currency or banner differ', async () => {
    const amount = ownAmount();
    await storeOrder(pool, { orderTotal: amount });
    const others = [{ last4: '1112' }, { currency: 'CAD' }, { banner: 'bay' }].map((more) =>
      card(amount, more),
    );
    for (const other of [...others, card(Number((amount + 0.0001).toFixed(4)))]) {
      expect(await ask(other)).toEqual({ result: 'unmatched', stored: 0 });
    }
  });

  it.each([
    [-3, 3, 'taken'],
    [3, 3, 'taken'],
    [-4, 3, 'unmatched'],
    [4, 3, 'unmatched'],
    [0, 0, 'taken'],
    [1, 0, 'unmatched'],
  ])('%i days away from the day given, within %i days, is %s', async (away, days, result) => {
    const amount = ownAmount();
    const id = await storeOrder(pool, { orderTotal: amount });
    const date = await dayFrom(id, away);
    expect((await ask(card(amount, { date }), days)).result).toBe(result);
  });

  it('is looked for at the day of the order when that is given beside the chargeback’s', async () => {
    const amount = ownAmount();
    await storeOrder(pool, { orderTotal: amount });
    const late = card(amount, { date: day(1), orderDate: day() });
    expect(await ask(late)).toMatchObject({ result: 'taken', label: { date: day(1) } });
  });

  it('with the order’s day given, has a date from then on until tomorrow', async () => {
    const amount = ownAmount();
    await storeOrder(pool, { orderTotal: amount });
    for (const date of [day(-1), day(2), '9999-12-31']) {
      const given = card(amount, { date, orderDate: day() });
      expect(await say(pool, [given])).toMatchObject({
        ...{ kind: 'refused', faults: [{ index: 0, field: 'date', error: 'invalid_date' }] },
      });
    }
    const local = card(amount, { date: day(-1), orderDate: day(-1) });
    expect(await ask(local)).toMatchObject({ result: 'taken', label: { date: day(-1) } });
  });

  it('is ambiguous when several fit: they are named, at most twenty, and none is stored', async () => {
    const amount = ownAmount();
    const ids: string[] = [];
    for (let one = 0; one < 22; one += 1) ids.push(await storeOrder(pool, { orderTotal: amount }));
    // Several may have been received in the same millisecond.
    const { rows } = await pool.query<{ id: string }>(
      `select transaction_id as id from transactions where transaction_id = any($1)
        order by received_at, transaction_id limit 20`,
      [ids],
    );
    const candidates = rows.map(({ id }) => id);
    expect(await ask(card(amount))).toEqual({ result: 'ambiguous', candidates, stored: 0 });
  });

  it('each statement of a batch is matched on its own', async () => {
    const [one, two, none] = [ownAmount(), ownAmount(), ownAmount()];
    const first = await storeOrder(pool, { orderTotal: one });
    const second = await storeOrder(pool, { orderTotal: two });
    const orderId = randomUUID();
    const third = await storeOrder(pool, { orderId });
    const batch = [
      card(two),
      { kind: 'fraud', banner: 's5a', orderId },
      card(none),
      { kind: 'good', transactionId: third },
      card(one),
    ];
    const results = await resultsOf(say(pool, batch));
    expect(results.map((result) => result.label?.transactionId ?? result.result)).toEqual([
      second,
      third,
      'unmatched',
      third,
      first,
    ]);
  });

  it('is found by an index, without a scan over the stored orders', async () => {
    const client = await pool.connect();
    try {
      await client.query('begin; set local enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain ${findCandidatesText}`,
        [['1111'], [5], ['USD'], [null], ['2026-11-20'], [3], 21],
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain('order_card_digits_last4');
      expect(plan).not.toContain('Seq Scan');
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});

describe('chargebacks to send to Sardine', () => {
  const scored: PartnerAnswer = {
    kind: 'answered',
    partner: 'sardine',
    outcome: 'accept',
    label: 'low',
    priority: 'normal',
    evidence: {},
    latencyMs: 5,
  };
  const chargeback = (transactionId: string, amount = 20) => ({
    transactionId,
    ...{ kind: 'chargeback', reason: '10.4' },
    amount,
    currency: 'USD',
    date: sayDay(1),
  });
  const scoredOrder = async () => {
    const transactionId = await storeOrder(pool);
    await insertPartnerAnswer(pool, transactionId, scored, sayAt);
    return transactionId;
  };
  const untold = async (since = new Date(0)) =>
    (await listUnreportedChargebacks({ db: pool }, { since, limit: 100 })).map(
      (one) => one.transactionId,
    );

  it('are the current ones, about orders that Sardine scored, until they are sent', async () => {
    const told = await scoredOrder();
    const corrected = await scoredOrder();
    const taken = await scoredOrder();
    const unscored = await storeOrder(pool);
    const good = await scoredOrder();
    await say(
      pool,
      [told, corrected, taken, unscored].map((id) => chargeback(id)),
    );
    await say(pool, [
      { transactionId: corrected, kind: 'good' },
      { transactionId: good, kind: 'good' },
    ]);
    const [said] = await resultsOf(say(pool, [chargeback(taken)]));
    const withdrawal = { labelId: said?.label?.labelId ?? '', reason: 'no' };
    await withdrawLabel({ db: pool, actor: analyst, now: sayAt }, withdrawal);
    const open = new Set([told, corrected, taken, unscored, good]);
    const ours = async () => (await untold()).filter((id) => open.has(id));
    expect(await ours()).toEqual([told]);
    const [first] = await resultsOf(say(pool, [chargeback(told)]));
    const labelId = first?.label?.labelId ?? '';
    const mark = () => markReported({ db: pool, now: sayAt }, { labelId, transactionId: told });
    expect([await mark(), await mark()]).toEqual([true, false]);
    expect(await ours()).toEqual([]);
  });

  it('a corrected chargeback is sent once, in its current form', async () => {
    const transactionId = await scoredOrder();
    await say(pool, [chargeback(transactionId, 20)]);
    await say(pool, [chargeback(transactionId, 25)]);
    const all = await listUnreportedChargebacks({ db: pool }, { since: new Date(0), limit: 100 });
    const ours = all.filter((one) => one.transactionId === transactionId);
    expect(ours.map((one) => one.amount)).toEqual([25]);
  });

  it('a dispute is sent as one, also where a chargeback was sent before', async () => {
    const transactionId = await scoredOrder();
    const [first] = await resultsOf(say(pool, [chargeback(transactionId)]));
    const labelId = first?.label?.labelId ?? '';
    await markReported({ db: pool, now: sayAt }, { labelId, transactionId });
    await say(pool, [{ ...chargeback(transactionId), kind: 'dispute', reason: '13.1' }]);
    const all = await listUnreportedChargebacks({ db: pool }, { since: new Date(0), limit: 100 });
    const ours = all.filter((one) => one.transactionId === transactionId);
    expect(ours.map((one) => one.kind)).toEqual(['dispute']);
  });

  it('those stated before the requested time are left out', async () => {
    const transactionId = await scoredOrder();
    await say(pool, [chargeback(transactionId)]);
    expect(await untold(sayAt)).toContain(transactionId);
    expect(await untold(new Date(sayAt.getTime() + 1))).not.toContain(transactionId);
  });
});
