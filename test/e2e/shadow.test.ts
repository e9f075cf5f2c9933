import { confirmed } from '../api/confirmed.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShadowRuleReport, TrialReport } from '../../contracts/v1/trial-reports.js';
import type { Trial } from '../../contracts/v1/trials.js';
import { decided } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;

/** The time in which a change must reach every worker. */
const inForceWithinMs = 2000;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack?.stop());

const ok = async (sent: ReturnType<Stack['post']>): Promise<Json> => {
  const reply = await sent;
  expect(reply.status, reply.text).toBe(200);
  return reply.json as Json;
};

const rule = (id: string, from: number, points: number, mode = 'live') => `
  - id: ${id}
    name: From ${from}
    mode: ${mode}
    cases:
      - when: tx.orderTotal >= ${from}.0
        points: ${points}
        reason: The total is {tx.orderTotal}.
`;

const draftOf = async (...rules: string[]): Promise<string> => {
  const text = `rules:${rules.join('')}`;
  const draft = await ok(stack.post('/v1/rule-sets/drafts', { name: 'test', text }, 'analyst'));
  return draft['draftId'] as string;
};

const versionOf = async (transactionId: string): Promise<Json> => {
  const { rows } = await stack.db.query<Json>(
    'select rule_set_version, trial_arm from decisions where transaction_id = $1',
    [transactionId],
  );
  return rows[0] ?? {};
};

/** Posts orders until the worker's decision is as wanted; fails when the change takes too long. */
const inForce = (isWanted: (row: Json) => boolean) =>
  until(
    'the change is in force',
    async () => isWanted(await versionOf((await decided(stack, order())).transactionId)),
    inForceWithinMs + 3000,
  );

const publish = async (...rules: string[]): Promise<number> => {
  const path = `/v1/rule-sets/drafts/${await draftOf(...rules)}/publication`;
  const { version } = await ok(
    confirmed((more) => stack.post(path, { note: 'a test', ...more }, 'analyst')),
  );
  await inForce((row) => row['rule_set_version'] === version);
  return version as number;
};

const begin = async (asked: Json): Promise<Trial> => {
  const trial = await ok(stack.post('/v1/rule-sets/trials', asked, 'analyst'));
  await inForce((row) => row['trial_arm'] !== null);
  return trial as unknown as Trial;
};

const end = async ({ trialId }: Trial): Promise<void> => {
  await ok(stack.post(`/v1/rule-sets/trials/${trialId}/end`, {}, 'analyst'));
  await inForce((row) => row['trial_arm'] === null);
};

const countOf = async (text: string): Promise<number> => {
  const { rows } = await stack.db.query<{ n: number }>(`select count(*)::int as n from ${text}`);
  return rows[0]?.n ?? 0;
};

const allEvaluated = () =>
  until('nothing is pending', async () => {
    const dispatched = (await countOf('order_events where dispatched_at is null')) === 0;
    return dispatched && (await countOf(`due_work where consumer = 'shadow'`)) === 0;
  });

const totals = [20, 99.99, 100, 350, 499.5, 500, 800];

const live = rule('L1', 100, 45);

describe('shadow', () => {
  it('answers are byte for byte those without it, and are evaluated after', async () => {
    const answersOf = async () => {
      const answers: string[] = [];
      for (const orderTotal of totals) {
        const reply = await stack.post('/transaction', order({ orderTotal }));
        expect(reply.status, reply.text).toBe(200);
        const { transactionId, crossReference } = reply.json as Record<string, string>;
        answers.push(
          reply.text.replaceAll(transactionId ?? '', 'id').replaceAll(crossReference ?? '', 'ref'),
        );
      }
      return answers;
    };
    await publish(live);
    const without = await answersOf();
    const version = await publish(live, rule('S1', 500, 90, 'shadow'), rule('S2', 1, 1, 'shadow'));
    expect(await answersOf()).toEqual(without);
    const trial = await begin({ draftId: await draftOf(rule('C1', 100, 90)), mode: 'shadow' });
    expect(await answersOf()).toEqual(without);
    await allEvaluated();
    const path = `/v1/rule-sets/shadow?version=${version}`;
    const ofRules = (await ok(stack.get(path, 'analyst'))) as unknown as ShadowRuleReport;
    const [first] = ofRules.rules;
    expect(first).toMatchObject({ rule: 'S1', hits: 4, errored: 0 });
    expect(first?.changes).toEqual([{ was: 'review', would: 'reject', orders: 4 }]);
    const shown = await ok(stack.get(`/v1/rule-sets/trials/${trial.trialId}`, 'analyst'));
    const { report } = shown as unknown as TrialReport;
    expect(report).toMatchObject({ kind: 'shadow', pending: 0, faults: 0 });
    if (report.kind !== 'shadow') return;
    const cell = report.matrix.find(({ was, would }) => was === 'review' && would === 'reject');
    // Those of the seven with 100 or more, and the orders that waited for the trial to begin.
    expect(cell?.orders).toBeGreaterThanOrEqual(5);
    await end(trial);
  });

  it('loses nothing when the worker is killed between answers and their evaluation', async () => {
    await publish(live, rule('S3', 1, 50, 'shadow'));
    await allEvaluated();
    const before = await countOf('shadow_scores');
    const holder = await stack.db.connect();
    await holder.query('begin');
    await holder.query('lock table shadow_scores in exclusive mode');
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1) {
      ids.push((await decided(stack, order({ orderTotal: 20 }))).transactionId);
    }
    const due = `due_work where consumer = 'shadow'`;
    await until('all are due', async () => (await countOf(due)) === 12);
    await stack.worker.end('SIGKILL');
    await holder.query('rollback');
    holder.release();
    expect(await countOf('shadow_scores')).toBe(before);
    expect(await countOf(due)).toBe(12);
    await stack.restartWorker();
    await allEvaluated();
    const { rows } = await stack.db.query(
      `select count(*)::int as n, bool_and(fault is null) as well from shadow_scores
        where transaction_id = any($1)`,
      [ids],
    );
    expect(rows).toEqual([{ n: 12, well: true }]);
    expect(await countOf('shadow_scores')).toBe(before + 12);
  });
});

describe('a rollout', () => {
  it('decides for its share of the accounts, the same ones each time and when it grows', async () => {
    await publish(live);
    const draftId = await draftOf(rule('C2', 1, 90));
    const asked = { draftId, mode: 'rollout', percent: 30, by: 'account' };
    const trial = await begin(asked);
    const armOf = async (accountId: string) => {
      const body = order({ orderTotal: 20, customer: { accountId } });
      const { transactionId, recommendationCode } = await decided(stack, body);
      const { trial_arm: arm } = await versionOf(transactionId);
      expect(recommendationCode).toBe(arm === 'challenger' ? 'reject' : 'accept');
      return arm;
    };
    const accounts = Array.from({ length: 80 }, (_, index) => `ROLL-${index}`);
    const inside: string[] = [];
    for (let index = 0; index < accounts.length; index += 8) {
      const batch = accounts.slice(index, index + 8);
      const arms = await Promise.all(batch.map(armOf));
      inside.push(...batch.filter((_, place) => arms[place] === 'challenger'));
    }
    // 30 % of 80 is 24; five standard deviations of a fair draw are 20.5.
    expect(Math.abs(inside.length - 24)).toBeLessThan(21);
    const again = inside.slice(0, 10);
    expect(await Promise.all(again.map(armOf))).toEqual(again.map(() => 'challenger'));
    const path = `/v1/rule-sets/trials/${trial.trialId}`;
    await ok(confirmed((more) => stack.put(path, { percent: 70, ...more }, 'analyst')));
    expect(await Promise.all(again.map(armOf))).toEqual(again.map(() => 'challenger'));
    const { report } = (await ok(stack.get(path, 'reviewer'))) as unknown as TrialReport;
    if (report.kind !== 'rollout') throw new Error(report.kind);
    expect(report.challenger.orders).toBeGreaterThanOrEqual(inside.length + 20);
    expect(report.champion.rejectShare).toBe(0);
    expect(report.challenger.rejectShare).toBe(1);
    expect(report.rejectDifference).toMatchObject({ difference: 1, isClear: true });
    await end(trial);
  });
});
