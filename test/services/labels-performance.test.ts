import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, outcomes } from '../../contracts/hbc/decision.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import { LabelPerformance } from '../../contracts/v1/label-performance.js';
import { performanceText } from '../../db/label-performance.js';
import { createPool, type Pool } from '../../db/pool.js';
import {
  type PerformanceToMeasure,
  measurePerformance,
} from '../../services/labels/performance.js';
import { withdrawLabel } from '../../services/labels/statements.js';
import { openDatabase } from './database.js';
import { until } from '../support/until.js';
import {
  analyst,
  decideOrder,
  resultsOf,
  say,
  sayAt,
  sayDay,
  storeOrder,
} from './labels-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await openDatabase();
  ({ pool } = database);
});

beforeEach(() => pool.query('delete from verdicts; delete from cases; delete from decisions'));

afterAll(() => database?.close());

interface Story {
  readonly rules: readonly string[];
  readonly outcome: Outcome;
  readonly verdict?: 'accept' | 'reject' | undefined;
  readonly label?: string | undefined;
  readonly total?: number;
  readonly banner?: Banner;
  readonly currency?: string;
  readonly ruleSet?: string;
  readonly at?: string;
}

/** Stores an order with its decision, a person's verdict, and its label. */
const live = async (story: Story): Promise<string> => {
  const { rules, outcome, verdict, label, banner = 's5a', ruleSet = 'set-1' } = story;
  const at = new Date(story.at ?? '2026-11-10T12:00:00.000Z');
  const { total: orderTotal = 100, currency: currencyCode = 'USD' } = story;
  const id = await storeOrder(pool, { banner, orderTotal, currencyCode });
  const hits = rules.map((rule) => ({ id: rule, name: `Rule ${rule}`, points: 1, reason: '' }));
  await decideOrder(pool, id, { at, score: { outcome, hits, ruleSetHash: ruleSet } });
  if (verdict !== undefined) {
    await pool.query(
      `insert into verdicts (transaction_id, round, outcome, source, reviewer, decided_at)
        values ($1, 0, $2, 'api', 'x', $3)`,
      [id, verdict, at],
    );
  }
  if (label === undefined) return id;
  const money = { amount: 1, currency: 'USD', reason: '10.4', date: sayDay(1) };
  await say(pool, [{ transactionId: id, kind: label, ...(label === 'chargeback' && money) }]);
  return id;
};

const measure = (asked: Partial<PerformanceToMeasure> = {}) =>
  measurePerformance({ db: pool }, { from: '2026-11-01', to: '2026-12-01', by: 'rule', ...asked });

const usd = (amount: number) => [{ currency: 'USD', amount }];

describe('performance by rule', () => {
  it('counts what each rule hit and missed, with the money of the rejects', async () => {
    await live({ rules: ['R1', 'R2'], outcome: 'reject', label: 'fraud', total: 0.1 });
    await live({ rules: ['R1'], outcome: 'reject', label: 'chargeback', total: 0.2 });
    await live({ rules: ['R1'], outcome: 'review', verdict: 'reject', label: 'good', total: 7.5 });
    await live({ rules: ['R1'], outcome: 'review', verdict: 'accept', label: 'good', total: 99 });
    await live({ rules: ['R1'], outcome: 'accept' });
    await live({ rules: [], outcome: 'accept', label: 'refunded_as_fraud' });
    const answer = LabelPerformance.parse(await measure());
    expect(answer.rows).toEqual([
      {
        key: 'R1',
        name: 'Rule R1',
        orders: 5,
        fraud: 2,
        good: 2,
        disputes: 0,
        unlabelled: 1,
        missedFraud: 1,
        precision: 0.5,
        recall: 2 / 3,
        f1: 4 / 7,
        falsePositives: usd(7.5),
        caughtFraud: usd(0.3),
        unvalued: 0,
      },
      expect.objectContaining({ key: 'R2', fraud: 1, missedFraud: 2, caughtFraud: usd(0.1) }),
    ]);
    expect(answer.overall).toMatchObject({
      orders: 3,
      fraud: 2,
      good: 1,
      missedFraud: 1,
      precision: 2 / 3,
      recall: 2 / 3,
      falsePositives: usd(7.5),
    });
  });

  it('uses the label that counts: corrected and withdrawn ones are not counted', async () => {
    const corrected = await live({ rules: ['R1'], outcome: 'reject', label: 'fraud' });
    await say(pool, [{ transactionId: corrected, kind: 'good' }]);
    const withdrawn = await live({ rules: ['R1'], outcome: 'reject' });
    const [said] = await resultsOf(say(pool, [{ transactionId: withdrawn, kind: 'fraud' }]));
    const labelId = said?.label?.labelId ?? '';
    await withdrawLabel({ db: pool, actor: analyst, now: sayAt }, { labelId, reason: 'mistake' });
    const { rows } = await measure();
    expect(rows[0]).toMatchObject({ orders: 2, fraud: 0, good: 1, unlabelled: 1 });
  });

  it('uses the verdict of the last round', async () => {
    const id = await live({ rules: ['R1'], outcome: 'review', verdict: 'accept', label: 'fraud' });
    await pool.query(
      `insert into verdicts (transaction_id, round, outcome, source, reviewer, decided_at)
        values ($1, 1, 'reject', 'api', 'x', '2026-11-12')`,
      [id],
    );
    expect((await measure()).overall).toMatchObject({ orders: 1, fraud: 1, missedFraud: 0 });
  });

  it('looks at orders decided in the period and of the banner only', async () => {
    const hit = { rules: ['R1'], outcome: 'reject', label: 'fraud' } as const;
    await live({ ...hit, at: '2026-10-31T23:59:59.999Z' });
    await live({ ...hit, at: '2026-11-01T00:00:00.000Z' });
    await live({ ...hit, at: '2026-11-30T23:59:59.999Z', banner: 'bay', currency: 'CAD' });
    await live({ ...hit, at: '2026-12-01T00:00:00.000Z' });
    expect((await measure()).rows[0]).toMatchObject({
      orders: 2,
      caughtFraud: [
        { currency: 'CAD', amount: 100 },
        { currency: 'USD', amount: 100 },
      ],
    });
    expect((await measure({ banner: 'bay' })).rows[0]?.orders).toBe(1);
  });

  it('says how many labelled rejects have no known total', async () => {
    const id = await live({ rules: ['R1'], outcome: 'reject', label: 'good' });
    await pool.query('delete from order_addresses where transaction_id = $1', [id]);
    await pool.query('delete from order_card_digits where transaction_id = $1', [id]);
    await pool.query('delete from order_history where transaction_id = $1', [id]);
    expect((await measure()).rows[0]).toMatchObject({ unvalued: 1, falsePositives: [] });
  });
});

describe('performance by outcome, month and rule set', () => {
  it('has a row for each way that orders ended', async () => {
    await live({ rules: [], outcome: 'accept', label: 'good' });
    await live({ rules: [], outcome: 'review', label: 'fraud' });
    await live({ rules: [], outcome: 'reject', label: 'fraud' });
    const { rows, overall } = await measure({ by: 'outcome' });
    expect(rows.map((row) => [row.key, row.orders, row.precision])).toEqual([
      ['accept', 1, 0],
      ['reject', 1, 1],
      ['review', 1, 1],
    ]);
    // An order that waits for a person counts as neither caught nor missed.
    expect(overall).toMatchObject({ fraud: 1, missedFraud: 0, recall: 1 });
  });

  it('has a row for each month in UTC and each rule set, of the outcome or of one rule', async () => {
    const fraud = { outcome: 'reject', label: 'fraud' } as const;
    await live({ ...fraud, rules: ['R1'], at: '2026-10-31T23:59:59.999Z', ruleSet: 'a' });
    await live({ ...fraud, rules: ['R10'], at: '2026-11-01T00:00:00.000Z', ruleSet: 'b' });
    const period = { from: '2026-10-01', to: '2026-12-01' };
    const shown = async (asked: Partial<PerformanceToMeasure>) =>
      (await measure({ ...period, ...asked })).rows.map((row) => [row.key, row.fraud, row.recall]);
    expect(await shown({ by: 'month' })).toEqual([
      ['2026-10', 1, 1],
      ['2026-11', 1, 1],
    ]);
    expect(await shown({ by: 'month', rule: 'R1' })).toEqual([
      ['2026-10', 1, 1],
      ['2026-11', 0, 0],
    ]);
    expect(await shown({ by: 'rule_set' })).toEqual([
      ['a', 1, 1],
      ['b', 1, 1],
    ]);
  });
});

describe('the statement that counts', () => {
  const story = fc.record({
    rules: fc.uniqueArray(fc.constantFrom('R1', 'R2', 'R3'), { maxLength: 3 }),
    outcome: fc.constantFrom(...outcomes),
    verdict: fc.constantFrom(undefined, 'accept' as const, 'reject' as const),
    label: fc.constantFrom(undefined, 'good', 'fraud', 'chargeback', 'refunded_as_fraud'),
  });

  it('counts each rule as one would by hand, over any orders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(story, { maxLength: 12 }), async (stories) => {
        await pool.query('delete from verdicts; delete from cases; delete from decisions');
        for (const one of stories) await live(one);
        const { rows } = await measure();
        const expected = (['R1', 'R2', 'R3'] as const).flatMap((key) => {
          const hit = stories.filter((one) => one.rules.includes(key));
          const fraud = (list: typeof stories) =>
            list.filter((one) => one.label !== undefined && one.label !== 'good').length;
          const good = hit.filter((one) => one.label === 'good').length;
          const missedFraud = fraud(stories) - fraud(hit);
          return hit.length === 0
            ? []
            : [{ key, orders: hit.length, fraud: fraud(hit), good, missedFraud }];
        });
        expect(rows).toEqual(expected.map((row) => expect.objectContaining(row) as unknown));
      }),
      { numRuns: 25 },
    );
  });

  it('runs alone: one of another process is waited for, and then it is measured', async () => {
    const client = await pool.connect();
    try {
      await client.query('begin');
      await client.query(`select pg_advisory_xact_lock(hashtextextended('label-performance', 0))`);
      const measured = measure();
      await until('it waits', async () => {
        const { rowCount } = await client.query(
          `select from pg_locks join pg_database d on d.oid = database
            where not granted and datname = current_database()`,
        );
        return rowCount === 1;
      });
      await client.query('commit');
      await expect(measured).resolves.toMatchObject({ rows: [] });
    } finally {
      client.release();
    }
  });

  it('has a longer time limit than an answer', async () => {
    await live({ rules: [], outcome: 'review', verdict: 'reject' });
    const slow = createPool({ databaseUrl: database.url, connections: 1, timeoutMs: 1000 });
    await pool.query(`alter table verdicts rename to all_verdicts;
      create view verdicts as select v.* from all_verdicts v, (select pg_sleep(1.5) offset 0) s`);
    try {
      await expect(slow.query('select from verdicts')).rejects.toThrow(/timeout/);
      const asked = { from: '2026-11-01', to: '2026-12-01', by: 'outcome' } as const;
      const answer = await measurePerformance({ db: slow }, asked);
      expect(answer.overall.orders).toBe(1);
    } finally {
      await pool.query('drop view verdicts; alter table all_verdicts rename to verdicts');
      await slow.end();
    }
  });

  it('finds the decisions of a period by an index', async () => {
    const client = await pool.connect();
    try {
      // The planner reads a table of one page as a whole, and knows no size of a new one.
      await client.query('begin; set local enable_seqscan = off; truncate decisions cascade');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain ${performanceText('rule', false)}`,
        // Before all stored decisions: the planner expects few rows.
        [new Date('2020-11-01'), new Date('2020-11-02'), null],
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('decisions_decided');
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
