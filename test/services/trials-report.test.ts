import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type RolloutReport,
  type ShadowReport,
  ShadowRuleReport,
  TrialReport,
} from '../../contracts/v1/trial-reports.js';
import type { Pool } from '../../db/pool.js';
import { insertTrial } from '../../db/rule-set-trials.js';
import { isInRollout, rolloutPlaceOf } from '../../domain/rules/rollout.js';
import { reportShadowRules } from '../../services/shadow/report.js';
import { listTrialOrders, reportTrial } from '../../services/trials/read.js';
import { exampleTransaction } from '../support/transactions.js';
import { openDatabase } from './database.js';
import { say } from './labels-fixture.js';
import { processWith, rulesOf, totalRule } from './shadow-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await openDatabase();
  ({ pool } = database);
});

beforeEach(() => pool.query('truncate transactions, rule_set_trials cascade'));

afterAll(() => database?.close());

const start = new Date('2026-11-20T12:00:00.000Z');
const now = new Date('2026-11-21T12:00:00.000Z');

const shadow = { mode: 'shadow' };
const reviewing = totalRule('L1', 100, 45);
const versions = new Map([
  [0, rulesOf([reviewing])],
  [1, rulesOf([totalRule('C1', 200, 90), totalRule('C2', 20, 1)])],
  [
    2,
    rulesOf([reviewing, totalRule('S1', 200, 50, shadow), totalRule('S2', 300, 45)], {
      banners: { s5a: { rules: { S2: { mode: 'shadow' } } } },
    }),
  ],
]);

const beginTrial = async (mode: 'shadow' | 'rollout', percent = 100) => {
  const trialId = randomUUID();
  const row = { version: 1, mode, percent, subject: 'order', note: '', author: 'analyst:ann' };
  await insertTrial(pool, { ...row, trial_id: trialId, started_at: start } as never);
  return { trialId, version: 1, mode, percent, by: 'order' } as const;
};

const label = (transactionId: string, kind: 'fraud' | 'good') =>
  say(pool, [{ transactionId, kind }]);

const reported = async (trialId: string) => {
  const report = await reportTrial({ db: pool, now }, { trialId });
  return TrialReport.parse(report).report;
};

describe('the report of a shadow trial', () => {
  const seed = async () => {
    const { decide, runDue } = processWith(pool, versions);
    const trial = await beginTrial('shadow');
    const ids: string[] = [];
    for (const [index, orderTotal] of [10, 150, 150, 250, 250, 250].entries()) {
      const at = new Date(start.getTime() + index);
      const { transactionId } = await decide({ orderTotal }, { live: 0, trial }, { at });
      ids.push(transactionId);
    }
    await runDue(now, 5);
    await label(ids[0] ?? '', 'good');
    await label(ids[1] ?? '', 'fraud');
    await label(ids[3] ?? '', 'fraud');
    await label(ids[4] ?? '', 'good');
    return { ids, trial, runDue };
  };

  it('holds first answers against what the challenger would have answered', async () => {
    const { trial } = await seed();
    const report = (await reported(trial.trialId)) as ShadowReport;
    expect(report).toMatchObject({ kind: 'shadow', evaluated: 5, pending: 1, faults: 0 });
    expect(report.matrix).toEqual([
      {
        ...{
          was: 'accept',
          would: 'accept',
          orders: 1,
          fraud: 0,
          good: 1,
          disputes: 0,
          unlabelled: 0,
        },
        amounts: [{ currency: 'USD', amount: 10 }],
      },
      {
        ...{
          was: 'review',
          would: 'accept',
          orders: 2,
          fraud: 1,
          good: 0,
          disputes: 0,
          unlabelled: 1,
        },
        amounts: [{ currency: 'USD', amount: 300 }],
      },
      {
        ...{
          was: 'review',
          would: 'reject',
          orders: 2,
          fraud: 1,
          good: 1,
          disputes: 0,
          unlabelled: 0,
        },
        amounts: [{ currency: 'USD', amount: 500 }],
      },
    ]);
    expect(report.champion).toMatchObject({
      ...{ orders: 5, outcomes: { accept: 1, review: 4, reject: 0 }, reviewShare: 0.8 },
      ...{ averageScore: 36, errored: 0 },
      labels: { orders: 0, precision: null, recall: null },
    });
    expect(report.challenger).toMatchObject({
      ...{ orders: 5, outcomes: { accept: 3, review: 0, reject: 2 }, reviewShare: 0 },
      rejected: [{ currency: 'USD', amount: 500 }],
      labels: {
        ...{ orders: 2, fraud: 1, good: 1, missedFraud: 1, precision: 0.5, recall: 0.5 },
        falsePositives: [{ currency: 'USD', amount: 250 }],
      },
    });
    expect(report.rules).toEqual([
      {
        ...{ rule: 'C1', name: 'C1 total', hits: 2, share: 0.4, errored: 0 },
        ...{ fraud: 1, good: 1, disputes: 0, unlabelled: 0, precision: 0.5 },
      },
      {
        ...{ rule: 'C2', name: 'C2 total', hits: 4, share: 0.8, errored: 0 },
        ...{ fraud: 2, good: 1, disputes: 0, unlabelled: 1, precision: 2 / 3 },
      },
    ]);
  });

  it('lists the orders of a cell page by page, none twice and none left out', async () => {
    const { ids, trial, runDue } = await seed();
    await runDue(now);
    const seen: string[] = [];
    const filter = { trialId: trial.trialId, was: 'review', would: 'reject' } as const;
    let after: Parameters<typeof listTrialOrders>[1]['after'];
    for (;;) {
      const page = await listTrialOrders({ db: pool }, { ...filter, after, limit: 2 });
      seen.push(...(page?.orders.map(({ transactionId }) => transactionId) ?? []));
      const last = page?.orders.at(-1);
      if (page?.nextCursor === null || last === undefined) break;
      after = { decidedAt: new Date(last.decidedAt), transactionId: last.transactionId };
    }
    expect(seen.toSorted()).toEqual(ids.slice(3).toSorted());
    expect(await listTrialOrders({ db: pool }, { trialId: randomUUID(), after, limit: 2 })).toBe(
      undefined,
    );
  });

  it('counts orders of its period alone, and those that could not be evaluated apart', async () => {
    const { trial } = await seed();
    await pool.query(
      `update shadow_scores set outcome = null, total_score = null, hits = null,
        errored_rules = null, fault = 'broken' where outcome = 'reject'`,
    );
    const report = (await reported(trial.trialId)) as ShadowReport;
    expect(report).toMatchObject({ evaluated: 3, faults: 2 });
    const later = { from: new Date(start.getTime() + 6), to: now };
    const none = await reportTrial({ db: pool, now }, { trialId: trial.trialId, ...later });
    expect(none?.report).toMatchObject({ evaluated: 0, faults: 0, matrix: [], rules: [] });
  });
});

describe('the report of a rollout', () => {
  it('reports each arm by its own orders, with their verdicts and labels', async () => {
    const { decide } = processWith(pool, versions);
    const trial = await beginTrial('rollout', 50);
    const byArm = { champion: [] as string[], challenger: [] as string[] };
    for (let index = 0; index < 60; index += 1) {
      const { transactionId } = await decide(
        { orderTotal: 250 },
        { live: 0, trial },
        { at: start },
      );
      const { rows } = await pool.query<{ trial_arm: 'champion' | 'challenger' }>(
        'select trial_arm from decisions where transaction_id = $1',
        [transactionId],
      );
      byArm[rows[0]?.trial_arm ?? 'champion'].push(transactionId);
    }
    const { champion, challenger } = byArm;
    for (const id of challenger.slice(0, 3)) await label(id, 'fraud');
    await label(challenger[3] ?? '', 'good');
    await label(champion[0] ?? '', 'fraud');
    await pool.query(
      `insert into verdicts (transaction_id, round, outcome, source, reviewer, decided_at)
        values ($1, 0, 'reject', 'api', 'x', $2)`,
      [champion[0], start],
    );
    const report = (await reported(trial.trialId)) as RolloutReport;
    expect(report.champion).toMatchObject({
      ...{ orders: champion.length, reviewShare: 1, rejectShare: 0, averageScore: 45 },
      outcomes: { accept: 0, review: champion.length, reject: 0 },
      labels: { orders: 1, fraud: 1, precision: 1, recall: 1 },
    });
    expect(report.challenger).toMatchObject({
      ...{ orders: challenger.length, reviewShare: 0, rejectShare: 1, averageScore: 91 },
      rejected: [{ currency: 'USD', amount: 250 * challenger.length }],
      labels: {
        ...{ orders: challenger.length, fraud: 3, good: 1, precision: 0.75, recall: 1 },
        falsePositives: [{ currency: 'USD', amount: 250 }],
      },
    });
    expect(report.reviewDifference).toMatchObject({ difference: -1, isClear: true });
    expect(report.rejectDifference).toMatchObject({ difference: 1, isClear: true });
  });

  it('decides for its share of 200 subjects, the same ones each time and when it grows', async () => {
    const { decide } = processWith(pool, versions);
    const trial = { ...(await beginTrial('rollout', 30)), by: 'account' } as const;
    const armOf = async (accountId: string, percent: number) => {
      const { answer } = await decide(
        { orderTotal: 250, customer: { accountId } },
        { live: 0, trial: { ...trial, percent } },
        { at: start },
      );
      const { recommendationCode } = JSON.parse(answer) as { recommendationCode: string };
      return recommendationCode === 'reject' ? 'challenger' : 'champion';
    };
    const accounts = Array.from({ length: 200 }, (_, index) => `A-${index}`);
    const arms: string[] = [];
    for (const account of accounts) arms.push(await armOf(account, 30));
    const inside = accounts.filter((_, index) => arms[index] === 'challenger');
    const expected = accounts.filter((accountId) =>
      isInRollout(
        rolloutPlaceOf(trial.trialId, exampleTransaction({ customer: { accountId } }), 'account'),
        { percent: 30 },
      ),
    );
    expect(inside).toEqual(expected);
    // 30 % of 200 is 60; five standard deviations of a fair draw are 32.
    expect(Math.abs(inside.length - 60)).toBeLessThan(33);
    for (const account of inside.slice(0, 20)) expect(await armOf(account, 30)).toBe('challenger');
    for (const account of inside.slice(0, 20)) expect(await armOf(account, 60)).toBe('challenger');
    const { rows } = await pool.query<{ trial_arm: string; count: number }>(
      `select trial_arm, count(*)::int as count from decisions where trial_id = $1
        group by 1 order by 1`,
      [trial.trialId],
    );
    expect(rows[0]?.count).toBe(inside.length + Math.min(40, 2 * inside.length));
  });
});

describe('the report of shadow rules', () => {
  it('reports for each rule, at the banners where it is in shadow, what it alone would change', async () => {
    const { decide, runDue } = processWith(pool, versions);
    const ids: string[] = [];
    for (const [orderTotal, banner] of [
      [50, 's5a'],
      [250, 's5a'],
      [350, 's5a'],
      [350, 'bay'],
    ] as const) {
      const { transactionId } = await decide({ orderTotal, banner }, { live: 2 }, { at: start });
      ids.push(transactionId);
    }
    await runDue(now);
    await label(ids[1] ?? '', 'fraud');
    await label(ids[2] ?? '', 'good');
    const ruleSet = versions.get(2);
    if (ruleSet === undefined) throw new Error('no version 2');
    const report = await reportShadowRules({ db: pool, now }, { version: 2, ruleSet });
    expect(ShadowRuleReport.parse(report)).toMatchObject({
      ...{ version: 2, evaluated: 4, pending: 0, faults: 0 },
      rules: [
        {
          ...{ rule: 'S1', evaluated: 4, hits: 3, share: 0.75, fraud: 1, good: 1, precision: 0.5 },
          changes: [{ was: 'review', would: 'reject', orders: 2 }],
        },
        {
          ...{ rule: 'S2', evaluated: 3, hits: 1, fraud: 0, good: 1, precision: 0 },
          changes: [{ was: 'review', would: 'reject', orders: 1 }],
        },
      ],
    });
  });
});
