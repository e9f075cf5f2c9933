import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decision } from '../../contracts/hbc/decision.js';
import { Policy } from '../../contracts/policy.js';
import type { Pool } from '../../db/pool.js';
import { recordVerdict } from '../../services/cases/verdicts.js';
import { countDriftDays } from '../../services/drift/count.js';
import { readOverview } from '../../services/overview/overview.js';
import { explainDecision } from '../../services/rule-sets/explain.js';
import { exampleSettings, shippedRules } from '../support/rules.js';
import { sampledOrderId } from '../support/sampled-order.js';
import { backtest, decide, textOf, totalRule, vault } from './backtests-fixture.js';
import { openDatabase } from './database.js';

let pool: Pool;
let close: () => Promise<void>;

const rules = textOf([totalRule('R1', 1000, 90)]);

const example = exampleSettings();
const settings = {
  ...example,
  banners: {
    ...example.banners,
    s5a: { ...example.banners.s5a, policy: Policy.parse({ reviewedRejectShare: 0.01 }) },
  },
};

const orderOf = (orderId: string) =>
  decide(pool, { orderId, orderTotal: 2000 }, { rules, settings });

let sampled: Awaited<ReturnType<typeof orderOf>>;

beforeAll(async () => {
  ({ pool, close } = await openDatabase());
  sampled = await orderOf(sampledOrderId('s5a', 'one'));
  await orderOf('not-one');
});
afterAll(() => close?.());

const storedOf = async (transactionId: string) => {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select d.outcome, sampled_reject_share as share, t.status, c.status as case_status
      from decisions d join transactions t using (transaction_id)
      left join cases c using (transaction_id) where transaction_id = $1`,
    [transactionId],
  );
  return rows[0];
};

describe('a would-be reject that a person judges by chance', () => {
  it('is answered as a review with its reason, and stored with the share', async () => {
    const answer = Decision.parse(JSON.parse(sampled.answer));
    expect(answer).toMatchObject({ recommendationCode: 'review', totalScore: 90 });
    expect(answer.remarks).toContain('chosen at random for a person to judge');
    expect(await storedOf(sampled.transactionId)).toEqual({
      ...{ outcome: 'review', share: 0.01, status: 'in_review', case_status: 'open' },
    });
  });

  it('is counted apart in drift and in the overview', async () => {
    const now = new Date();
    await countDriftDays({ db: pool, now }, { onPage: () => undefined });
    const { rows } = await pool.query<{ outcomes: unknown }>(
      `select series -> 'outcome:outcome' as outcomes from drift_days
        where banner = 's5a' order by day desc limit 1`,
    );
    expect(rows[0]?.outcomes).toEqual({ sampled_reject: 1, reject: 1 });
    const { orders } = await readOverview({ db: pool, now });
    expect(orders).toMatchObject({ review: 1, reject: 1, sampledRejects: 1 });
  });

  it('is chosen again by a backtest of the same rules, and counted apart', async () => {
    const { result } = await backtest(pool, { text: rules }, settings);
    expect(result.sameRules).toEqual({ orders: 2, equal: 2 });
    expect(result.sampledRejects).toEqual({ before: 1, after: 1 });
    const lenient = textOf([totalRule('R1', 1000, 10)]);
    const { result: other } = await backtest(pool, { text: lenient }, settings);
    expect(other.sampledRejects).toEqual({ before: 1, after: 0 });
  });

  it('is explained as one', async () => {
    const explained = await explainDecision(
      { db: pool, settings, shipped: shippedRules() },
      sampled.transactionId,
    );
    expect(explained?.sampledRejectShare).toBe(0.01);
    expect(explained?.summary).toContain('It is one of the 1 % of rejects that are chosen');
  });

  it('is never accepted by the deadline, but by a person', async () => {
    const verdict = { round: 0, outcome: 'accept', reviewer: 'x', remarks: '' } as const;
    const context = { db: pool, vault, now: new Date() };
    const { transactionId } = sampled;
    const expired = { ...verdict, transactionId, source: 'expiry' } as const;
    expect(await recordVerdict(context, expired)).toMatchObject({ outcome: 'reject' });
    const other = await orderOf(sampledOrderId('s5a', 'two'));
    const judged = { ...verdict, transactionId: other.transactionId, source: 'api' } as const;
    expect(await recordVerdict(context, judged)).toMatchObject({ outcome: 'accept' });
  });
});
