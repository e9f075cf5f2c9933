import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Policy } from '../../contracts/policy.js';
import type { Pool } from '../../db/pool.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import type { PartnerAnswer } from '../../domain/votes.js';
import { until } from '../support/until.js';
import { openDatabase } from './database.js';
import {
  brokenLookups,
  ipRule,
  pendingOf,
  processWith,
  rulesOf,
  scoresOf,
  totalRule,
} from './shadow-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await openDatabase(20);
  ({ pool } = database);
});

beforeEach(() => pool.query('truncate transactions, policies, due_work cascade'));

afterAll(() => database?.close());

const shadow = { mode: 'shadow' };
const live = totalRule('L1', 100, 45);
const plain = rulesOf([live]);
const withShadow = rulesOf([live, totalRule('S1', 150, 50, shadow), totalRule('S2', 1, 0, shadow)]);
const challenger = rulesOf([totalRule('C1', 150, 90)]);

const versions = new Map<number, RuleSet>([
  [0, plain],
  [1, withShadow],
  [2, challenger],
  [3, rulesOf([live, ipRule('S3', shadow)])],
]);

const trial = {
  trialId: randomUUID(),
  version: 2,
  mode: 'shadow',
  percent: 100,
  by: 'card',
} as const;

const start = new Date('2026-11-21T12:00:00.000Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);

describe('an evaluation after the answer', () => {
  it('leaves nothing to do when there is no shadow rule and no trial', async () => {
    const { decide } = processWith(pool, versions);
    await decide({ orderTotal: 160 }, { live: 0 });
    expect(await pendingOf(pool)).toBe(0);
  });

  it('gives the outcome of live and shadow rules together, and of each alone', async () => {
    const { decide, runDue } = processWith(pool, versions);
    const { transactionId, outcome } = await decide(
      { orderTotal: 160 },
      { live: 1 },
      { at: start },
    );
    expect(outcome).toBe('review');
    expect(await runDue(after(1))).toMatchObject({ evaluated: 1, errored: 0, failed: [] });
    expect(await scoresOf(pool, transactionId)).toMatchObject([
      {
        version: 1,
        trial_id: null,
        total_score: 95,
        outcome: 'reject',
        hits: [
          { id: 'S1', alone: 'reject' },
          { id: 'S2', alone: 'review' },
        ],
        errored_rules: [],
        fault: null,
      },
    ]);
    expect(await pendingOf(pool)).toBe(0);
  });

  it("gives a challenger's outcome by its own points", async () => {
    const { decide, runDue } = processWith(pool, versions);
    const { transactionId } = await decide({ orderTotal: 160 }, { live: 0, trial }, { at: start });
    await runDue(after(1));
    expect(await scoresOf(pool, transactionId)).toMatchObject([
      {
        version: 2,
        trial_id: trial.trialId,
        total_score: 90,
        outcome: 'reject',
        hits: [{ id: 'C1' }],
      },
    ]);
  });

  it('counts the votes of the partners and the policy as they were', async () => {
    const { decide, runDue } = processWith(pool, versions);
    const policy = Policy.parse({ automaticReject: 'review' });
    await pool.query(
      `insert into policies (banner, version, policy, note, author, published_at)
        values ('s5a', 1, $1, '', 'analyst:ann', $2)`,
      [JSON.stringify(policy), start],
    );
    const answers: PartnerAnswer[] = [
      {
        kind: 'answered',
        partner: 'yleo',
        outcome: 'review',
        label: 'Review',
        priority: 'normal',
        evidence: {},
        latencyMs: 5,
      },
    ];
    const options = { at: start, answers, policy: { version: 1, policy } };
    const high = await decide({ orderTotal: 160 }, { live: 0, trial }, options);
    const low = await decide({ orderTotal: 20 }, { live: 0, trial }, options);
    await runDue(after(1));
    expect(await scoresOf(pool, high.transactionId)).toMatchObject([{ outcome: 'review' }]);
    expect(await scoresOf(pool, low.transactionId)).toMatchObject([
      { total_score: 0, outcome: 'review' },
    ]);
  });

  it('computes what the challenger reads and the decision has not stored', async () => {
    const reads = rulesOf([
      {
        id: 'H1',
        name: 'second order',
        cases: [{ when: 'byCard.orders24h >= 2.0', points: 45, reason: 'Again.' }],
      },
      totalRule('P1', 1, 45, { rollout: { percent: 100, by: 'order' } }),
      {
        id: 'B1',
        name: 'blocked',
        cases: [{ when: "subject.bin in list('block')", points: 45, reason: 'Blocked.' }],
      },
    ]);
    const { decide, runDue } = processWith(pool, new Map([...versions, [2, reads]]));
    const orders = [];
    for (let index = 0; index < 3; index += 1) {
      orders.push(await decide({ orderTotal: 20 }, { live: 0, trial }, { at: start }));
    }
    await runDue(after(1));
    const hits = await Promise.all(
      orders.map(async ({ transactionId }) => {
        const [score] = await scoresOf(pool, transactionId);
        expect(score).toMatchObject({ errored_rules: [], fault: null });
        return score?.hits.map(({ id }) => id);
      }),
    );
    // Each order counts those before it, whatever came later.
    expect(hits).toEqual([['P1'], ['H1', 'P1'], ['H1', 'P1']]);
  });
});

describe('a challenger that was published while its trial runs', () => {
  it('does not keep an order from being decided, and is evaluated once', async () => {
    const { decide, runDue } = processWith(pool, versions);
    const same = { ...trial, version: 1 };
    const { outcome } = await decide({ orderTotal: 160 }, { live: 1, trial: same }, { at: start });
    expect(outcome).toBe('review');
    expect(await runDue(after(1))).toMatchObject({ evaluated: 1, postponed: 0, failed: [] });
  });
});

describe('a rule in shadow that cannot be evaluated', () => {
  it('leaves the order accepted, and is counted with the review it would have brought', async () => {
    const { decide, runDue } = processWith(pool, versions);
    const decided = await decide(
      { orderTotal: 20 },
      { live: 3 },
      { at: start, lookups: brokenLookups },
    );
    expect(decided.outcome).toBe('accept');
    expect(await runDue(after(1), 10, brokenLookups)).toMatchObject({ evaluated: 1, errored: 1 });
    expect(await scoresOf(pool, decided.transactionId)).toMatchObject([
      { outcome: 'review', hits: [], errored_rules: [{ id: 'S3', alone: 'review' }], fault: null },
    ]);
  });
});

describe('an order that cannot be evaluated', () => {
  it('is tried five times, each after a longer pause, then recorded as a fault', async () => {
    const broken = new Map([[0, plain]]);
    const { decide } = processWith(pool, versions);
    const { runDue } = processWith(pool, broken);
    const { transactionId } = await decide({ orderTotal: 20 }, { live: 0, trial }, { at: start });
    const triedAt: number[] = [];
    for (let second = 0; second <= 1100 && triedAt.length < 5; second += 1) {
      const { postponed, failed } = await runDue(after(second));
      if (postponed + failed.length > 0) triedAt.push(second);
    }
    expect(triedAt).toEqual([0, 2, 17, 137, 1037]);
    expect(await scoresOf(pool, transactionId)).toMatchObject([
      { outcome: null, hits: null, fault: 'the order could not be evaluated (Error)' },
    ]);
    expect(await pendingOf(pool)).toBe(0);
  });

  it('does not block the orders after it', async () => {
    const { decide, runDue } = processWith(pool, versions);
    const bad = await decide({ orderTotal: 20 }, { live: 0, trial }, { at: start });
    const good = await decide({ orderTotal: 20 }, { live: 1 }, { at: after(1) });
    await pool.query(`update decisions set facts = '{}' where transaction_id = $1`, [
      bad.transactionId,
    ]);
    await pool.query(`update transactions set body = '\\x00' where transaction_id = $1`, [
      bad.transactionId,
    ]);
    expect(await runDue(after(2))).toMatchObject({ evaluated: 1, postponed: 1 });
    expect(await scoresOf(pool, good.transactionId)).toHaveLength(1);
  });

  it('is not evaluated by other rules than those that decided', async () => {
    const { decide } = processWith(pool, versions);
    const released = new Map([[1, rulesOf([live, totalRule('S9', 1, 90, shadow)])]]);
    await decide({ orderTotal: 20 }, { live: 1 }, { at: start });
    const { runDue } = processWith(pool, released);
    expect(await runDue(after(1))).toMatchObject({ evaluated: 0, postponed: 1 });
  });
});

describe('several workers', () => {
  it('evaluate each order once, also when one of them dies in the middle', async () => {
    const { decide, runDue } = processWith(pool, versions);
    for (let index = 0; index < 40; index += 1) {
      await decide({ orderTotal: 20 + index * 5 }, { live: 1, trial }, { at: start });
    }
    expect(await pendingOf(pool)).toBe(80);
    const dying = await pool.connect();
    await dying.query('begin');
    const taken = await dying.query(
      `select from due_work where consumer = 'shadow' limit 10 for update`,
    );
    expect(taken.rowCount).toBe(10);
    const batches = await Promise.all(Array.from({ length: 8 }, () => runDue(after(1), 10)));
    const evaluated = batches.reduce((sum, batch) => sum + batch.evaluated, 0);
    expect(evaluated).toBe(70);
    // Its connection breaks: what it had leased is due again, and nothing is lost.
    dying.release(true);
    const rest = await until('the rest is evaluated', async () => {
      const batch = await runDue(after(1), 20);
      return batch.evaluated > 0 && batch;
    });
    expect(rest.evaluated + evaluated).toBe(80);
    const { rows } = await pool.query('select count(*)::int as n from shadow_scores');
    expect(rows).toEqual([{ n: 80 }]);
    expect(await pendingOf(pool)).toBe(0);
  });
});

describe('shadow never changes an answer', () => {
  it('orders are answered byte for byte as without shadow rules and challengers', async () => {
    const { decide, runDue } = processWith(pool, versions);
    const comparable = ({ answer }: { answer: string }) => {
      const {
        transactionId: _,
        crossReference: __,
        ...rest
      } = JSON.parse(answer) as object & {
        transactionId: string;
        crossReference: string;
      };
      return JSON.stringify(rest);
    };
    for (const orderTotal of [20, 99.99, 100, 149, 150, 400]) {
      const without = await decide({ orderTotal }, { live: 0 }, { lookups: brokenLookups });
      for (const rules of [{ live: 1 }, { live: 3 }, { live: 1, trial }]) {
        const decided = await decide({ orderTotal }, rules, { lookups: brokenLookups, at: start });
        await runDue(after(1), 10, brokenLookups);
        expect(comparable(decided)).toBe(comparable(without));
        const { rows } = await pool.query(
          'select answer from decisions where transaction_id = $1',
          [decided.transactionId],
        );
        expect(rows).toEqual([{ answer: decided.answer }]);
      }
    }
  });

  it('live rules say the same with the shadow rules taken out, whatever these are', () => {
    const rule = fc.record({
      from: fc.integer({ min: 0, max: 500 }),
      points: fc.integer({ min: -50, max: 90 }),
      mode: fc.constantFrom('live', 'shadow'),
      breaks: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 600, noNaN: true }),
        (given, orderTotal) => {
          const rules = given.map(({ from, points, mode, breaks }, index) =>
            breaks ? ipRule(`R${index}`, { mode }) : totalRule(`R${index}`, from, points, { mode }),
          );
          const anyLive = rules.some((one) => (one as { mode?: string }).mode === 'live');
          fc.pre(anyLive);
          const facts = { tx: { orderTotal } };
          const without = rules.filter((one) => (one as { mode?: string }).mode === 'live');
          expect(rulesOf(rules).of('s5a').evaluate(facts)).toEqual(
            rulesOf(without).of('s5a').evaluate(facts),
          );
        },
      ),
    );
  });
});
