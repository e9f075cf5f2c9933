import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  decidedSinceText,
  openByAgeText,
  reviewHoursText,
  reviewTimesText,
} from '../../db/overview.js';
import { readOverview } from '../../services/overview/overview.js';
import { openDatabase } from './database.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

const now = new Date('2026-11-21T12:20:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

interface Order {
  readonly id: string;
  readonly outcome: 'accept' | 'review' | 'reject';
  readonly decidedAt: Date;
  /** When it was decided unless given. */
  readonly receivedAt?: Date;
  readonly banner?: string;
  readonly currency?: string;
  readonly amount?: number;
}

/** Stores an order with its decision, its amount and the event of its decision. */
const insertOrder = async (order: Order): Promise<void> => {
  const { id, outcome, decidedAt, banner = 's5a', currency = 'USD', amount = 100 } = order;
  const { pool } = database;
  await pool.query(
    `insert into transactions (transaction_id, workflow_id, banner, order_id, group_id,
        content_key_id, content_hash, body, status, received_at, updated_at)
      values ($1, $1, $2, $1, '1', 'k', '\\x00', '\\x00', 'processed', $3, $3)`,
    [id, banner, decidedAt],
  );
  await pool.query(
    `insert into decisions (transaction_id, outcome, total_score, cross_reference, answer, remarks,
        rules_tripped, votes, hits, errored_rules, facts, partner_answers, rule_set_hash, priority,
        policy_version, decided_at)
      values ($1, $2, 40, gen_random_uuid(), '', '', '', '[]', '[]', '[]', '{}', '[]', 'h',
        'normal', 0, $3)`,
    [id, outcome, decidedAt],
  );
  await pool.query(
    `insert into order_history (transaction_id, received_at, banner, order_hash, key_id, card,
        other_keys, amount, authorized_amount, currency, goods_hash)
      values ($1, $2, $3, '\\x00', 'k', '\\x00', '{}', $4, $4, $5, '\\x00')`,
    [id, order.receivedAt ?? decidedAt, banner, amount, currency],
  );
  await insertEvent(id, 'decided', decidedAt, { outcome });
};

const insertEvent = (id: string, kind: string, at: Date, details: object) =>
  database.pool.query(
    'insert into order_events (transaction_id, kind, at, details) values ($1, $2, $3, $4)',
    [id, kind, at, details],
  );

interface Case {
  readonly openedAt: Date;
  readonly dueAt?: Date;
  readonly atRisk?: number | null;
  readonly currency?: string;
}

/** Opens the case of a stored order. */
const openCase = (id: string, { openedAt, dueAt, atRisk = 50, currency = 'USD' }: Case) =>
  database.pool.query(
    `insert into cases (case_id, transaction_id, banner, status, reason, priority, total_score,
        opened_at, due_at, amount, currency, at_risk)
      values (gen_random_uuid(), $1, 's5a', 'open', 'review', 'normal', 40, $2, $3, 100, $5, $4)`,
    [id, openedAt, dueAt ?? new Date(now.getTime() + 3_600_000), atRisk, currency],
  );

const inReview = async (id: string, one: Case): Promise<void> => {
  await insertOrder({ id, outcome: 'review', decidedAt: one.openedAt });
  await openCase(id, one);
};

beforeAll(async () => {
  database = await openDatabase();
});
beforeEach(() => database.pool.query('truncate transactions cascade'));
afterAll(() => database?.close());

const read = () => readOverview({ db: database.pool, now });

describe('the overview', () => {
  it('of an empty installation has every hour and every age, with zeros', async () => {
    const { orders, cases, reviews, amounts, settling } = await read();
    expect([orders.hours.length, reviews.hours.length, cases.ages.length]).toEqual([24, 24, 7]);
    expect([orders.accept, cases.open, reviews.byPeople, settling.waiting]).toEqual([0, 0, 0, 0]);
    expect([amounts, cases.atRisk, reviews.halfWithinSeconds]).toEqual([[], [], null]);
  });

  it('counts each decision in the hour in which it was made, and none from before', async () => {
    await insertOrder({ id: 'a', outcome: 'accept', decidedAt: minutesAgo(20) });
    await insertOrder({ id: 'b', outcome: 'reject', decidedAt: minutesAgo(21) });
    await insertOrder({ id: 'c', outcome: 'accept', decidedAt: minutesAgo(23 * 60 + 20) });
    await insertOrder({ id: 'd', outcome: 'accept', decidedAt: minutesAgo(23 * 60 + 21) });
    const { orders, since } = await read();
    expect(since).toBe('2026-11-20T13:00:00.000Z');
    expect([orders.accept, orders.review, orders.reject]).toEqual([2, 0, 1]);
    const filled = orders.hours.filter((hour) => hour.accept + hour.review + hour.reject > 0);
    expect(filled).toEqual([
      { hour: '2026-11-20T13:00:00.000Z', accept: 1, review: 0, reject: 0 },
      { hour: '2026-11-21T11:00:00.000Z', accept: 0, review: 0, reject: 1 },
      { hour: '2026-11-21T12:00:00.000Z', accept: 1, review: 0, reject: 0 },
    ]);
  });

  it('never adds amounts of two currencies', async () => {
    const decidedAt = minutesAgo(5);
    await insertOrder({ id: 'a', outcome: 'accept', decidedAt, amount: 0.1 });
    await insertOrder({ id: 'b', outcome: 'accept', decidedAt, amount: 0.2 });
    await insertOrder({ id: 'c', outcome: 'reject', decidedAt, currency: 'CAD', amount: 7 });
    const { amounts } = await read();
    expect(amounts).toEqual([
      { banner: 's5a', currency: 'USD', orders: 2, accept: 0.3, review: 0, reject: 0 },
      { banner: 's5a', currency: 'CAD', orders: 1, accept: 0, review: 0, reject: 7 },
    ]);
  });

  it('has the amount also of an order that waited for days for its decision', async () => {
    const decidedAt = minutesAgo(5);
    await insertOrder({ id: 'a', outcome: 'accept', decidedAt, amount: 1 });
    const receivedAt = minutesAgo(9 * 24 * 60);
    await insertOrder({ id: 'b', outcome: 'accept', decidedAt, receivedAt, amount: 2 });
    expect((await read()).amounts).toMatchObject([{ currency: 'USD', orders: 2, accept: 3 }]);
  });

  it('divides open cases by age, says how many are late, and what is at risk', async () => {
    await inReview('young', { openedAt: minutesAgo(14) });
    await inReview('quarter', { openedAt: minutesAgo(15), atRisk: null });
    await inReview('old', { openedAt: minutesAgo(300), dueAt: minutesAgo(1), currency: 'CAD' });
    const { cases } = await read();
    expect([cases.open, cases.overdue]).toEqual([3, 1]);
    expect(cases.ages.map((age) => [age.fromSeconds, age.cases, age.overdue])).toEqual([
      [0, 1, 0],
      [900, 1, 0],
      ...[1800, 3600, 7200].map((from) => [from, 0, 0]),
      [14_400, 1, 1],
      [86_400, 0, 0],
    ]);
    expect(cases.atRisk).toEqual(
      expect.arrayContaining([
        { currency: 'USD', amount: 50, unknown: 1 },
        { currency: 'CAD', amount: 50, unknown: 0 },
      ]),
    );
  });

  it('leaves out a case whose decision is under way, as the queue does', async () => {
    await inReview('a', { openedAt: minutesAgo(30) });
    await database.pool.query(
      `insert into case_decisions (decision_id, case_id, round, outcome, reason_code, state,
          decided_by, decided_at)
        select gen_random_uuid(), case_id, round, 'accept', 'x', 'pending', 'reviewer:a', $1
        from cases`,
      [now],
    );
    expect((await read()).cases.open).toBe(0);
  });

  it('measures how long people took from the opening, without what a deadline ended', async () => {
    for (const [id, minutes] of [
      ['a', 2],
      ['b', 10],
      ['c', 30],
      ['late', 240],
    ] as const) {
      await inReview(id, { openedAt: minutesAgo(minutes + 1) });
      const source = id === 'late' ? 'expiry' : 'api';
      await insertEvent(id, 'verdict', minutesAgo(1), { outcome: 'accept', source, round: 0 });
    }
    const { reviews } = await read();
    expect(reviews).toMatchObject({ byPeople: 3, expired: 1 });
    expect([reviews.halfWithinSeconds, reviews.nineTenthsWithinSeconds]).toEqual([600, 1800]);
    expect(reviews.hours.at(-1)).toMatchObject({ began: 2, ended: 3 });
  });
});

describe('the statements of the overview', () => {
  it.each([
    ['orders', decidedSinceText, 'decisions_decided'],
    ['open cases', openByAgeText, 'cases_'],
    ['reviews by hour', reviewHoursText, 'order_events_at'],
    ['times of reviews', reviewTimesText, 'order_events_at'],
  ])('read %s by an index, however many there are', async (_, text, index) => {
    const client = await database.pool.connect();
    try {
      // The tables of a test are small: this only shows that an index can serve the statement.
      await client.query('begin');
      await client.query('set local enable_seqscan = off');
      const filled = text
        .replaceAll('$1', `'${now.toISOString()}'`)
        .replaceAll('$2', `'{2026-11-21T11:00:00Z,2026-11-21T12:00:00Z}'`);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${filled}`);
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain(index);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
