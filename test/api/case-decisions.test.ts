import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScreeningEnded, TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { applyDueDecisions } from '../../services/cases/apply-decisions.js';
import { decideCase, undoDecision } from '../../services/cases/decisions.js';
import type { SubmitVerdict } from '../../services/cases/verdicts.js';
import { recordVerdict } from '../../services/cases/verdicts.js';
import { recordWithdrawal } from '../../services/cases/withdrawals.js';
import { acting } from '../../services/context.js';
import { exampleSettings } from '../support/rules.js';
import type { VerdictMessage } from '../../workflows/order/messages.js';
import { seedOrder } from './seed.js';
import { type Api, startApi } from './server.js';

const undoWindowMs = 10_000;
const settings = exampleSettings({ review: { banners: { bay: { fourEyesAbove: 10 } } } });

let api: Api;

beforeAll(async () => {
  api = await startApi({ undoWindowMs, settings });
});

afterAll(() => api?.stop());

const reasons = { accept: 'known_customer', reject: 'stolen_card' } as const;

const contextOf = (name = 'reviewer:ann') => acting(api.deps, { name });

const decide = (caseId: string, outcome: 'accept' | 'reject' = 'reject', name?: string) =>
  decideCase(contextOf(name), caseId, {
    recommendationCode: outcome,
    reasonCode: reasons[outcome],
    remarks: 'as she said',
  });

/** A decided case with its transaction. */
const decidedCase = async (banner: 's5a' | 'bay' = 's5a') => {
  const transactionId = await seedOrder(api, { banner });
  const { rows } = await api.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  const caseId = rows[0]?.case_id ?? '';
  expect((await decide(caseId)).kind).toBe('pending');
  return { caseId, transactionId };
};

const inMs = (ms: number) => new Date(Date.now() + ms);
const whenDue = () => inMs(undoWindowMs + 1000);

/**
 * Stands in for the order's workflow: records the verdict that it accepts, as the real one does.
 */
const workflow =
  (messages: VerdictMessage[] = []): SubmitVerdict =>
  async (workflowId, message) => {
    messages.push(message);
    const { rows } = await api.pool.query<{ transaction_id: string }>(
      'select transaction_id from transactions where workflow_id = $1',
      [workflowId],
    );
    await recordVerdict(contextOf(), {
      transactionId: rows[0]?.transaction_id ?? '',
      round: message.round ?? 0,
      outcome: message.recommendationCode,
      source: 'api',
      reviewer: message.reviewer ?? '',
      remarks: message.remarks ?? '',
    });
    return { result: 'accepted' };
  };

const apply = (now: Date, submitVerdict: SubmitVerdict = workflow(), missing: string[] = []) =>
  applyDueDecisions(
    { ...contextOf(), now },
    { submitVerdict, recoverMissing: async (id) => void missing.push(id), limit: 50 },
  );

const stateOf = async (caseId: string) => {
  const { rows } = await api.pool.query<{ state: string; failure: string | null; due: Date }>(
    `select d.state, d.failure, w.due_at as due from case_decisions d
      left join due_work w on w.consumer = 'case_decisions' and w.key = d.decision_id::text
      where d.case_id = $1 order by d.decided_at desc limit 1`,
    [caseId],
  );
  return rows[0];
};

describe('a decision', () => {
  it('is applied when its time has come and not before, as the verdict of who decided', async () => {
    const { caseId } = await decidedCase();
    const messages: VerdictMessage[] = [];
    expect(await apply(inMs(undoWindowMs - 2000), workflow(messages))).toMatchObject({ taken: 0 });
    await apply(whenDue(), workflow(messages));
    expect(messages).toEqual([
      {
        recommendationCode: 'reject',
        reviewer: 'reviewer:ann',
        remarks: 'as she said',
        round: 0,
      },
    ]);
    expect(await stateOf(caseId)).toEqual({ state: 'applied', failure: null, due: null });
  });

  it('waits out its time when a worker takes it too early', async () => {
    const { caseId } = await decidedCase();
    await api.pool.query(
      `update due_work set due_at = now() where consumer = 'case_decisions'
        and key = (select decision_id::text from case_decisions where case_id = $1)`,
      [caseId],
    );
    const messages: VerdictMessage[] = [];
    await apply(inMs(1000), workflow(messages));
    expect(messages).toEqual([]);
    const { rows } = await api.pool.query<{ undo_until: Date }>(
      'select undo_until from case_decisions where case_id = $1',
      [caseId],
    );
    expect(await stateOf(caseId)).toMatchObject({ state: 'pending', due: rows[0]?.undo_until });
    await apply(whenDue(), workflow(messages));
    expect(messages).toHaveLength(1);
  });

  it('is due at once without an undo window, and then cannot be undone', async () => {
    const transactionId = await seedOrder(api);
    const { rows } = await api.pool.query<{ case_id: string }>(
      'select case_id from cases where transaction_id = $1',
      [transactionId],
    );
    const caseId = rows[0]?.case_id ?? '';
    const context = { ...contextOf(), undoWindowMs: 0 };
    const request = { recommendationCode: 'accept', reasonCode: reasons.accept } as const;
    expect(await decideCase(context, caseId, request)).toMatchObject({
      decision: { undoUntil: context.now, state: 'pending' },
    });
    expect(await undoDecision(contextOf(), caseId, { isLead: true })).toEqual({
      kind: 'not_undoable',
    });
    await apply(new Date());
    expect((await stateOf(caseId))?.state).toBe('applied');
  });

  it('is either undone or applied when an undo meets the worker, never both', async () => {
    const cases: { caseId: string }[] = [];
    for (let index = 0; index < 20; index += 1) cases.push(await decidedCase());
    const messages: VerdictMessage[] = [];
    const undo = ({ caseId }: { caseId: string }) =>
      undoDecision(contextOf(), caseId, { isLead: false });
    const [, ...results] = await Promise.all([
      apply(whenDue(), workflow(messages)),
      ...cases.map(undo),
    ]);
    const undone = results.filter((result) => 'kind' in result && result.kind === 'undone');
    expect(undone.length + messages.length).toBe(cases.length);
    const states = await Promise.all(cases.map(({ caseId }) => stateOf(caseId)));
    expect(states.filter((row) => row?.state === 'undone')).toHaveLength(undone.length);
    expect(states.filter((row) => row?.state === 'applied')).toHaveLength(messages.length);
  });

  it('that a worker left in the middle is applied by the next one, and cannot be undone', async () => {
    const { caseId } = await decidedCase();
    await apply(whenDue(), () => Promise.reject(new TemporarilyUnavailable('temporal', null)));
    const left = await stateOf(caseId);
    expect(left?.state).toBe('applying');
    expect(await undoDecision(contextOf(), caseId, { isLead: true })).toEqual({
      kind: 'not_undoable',
    });
    const again = new Date(Number(left?.due) + 1);
    await apply(again);
    expect((await stateOf(caseId))?.state).toBe('applied');
  });

  it('whose verdict was taken before a crash counts as applied', async () => {
    const { caseId } = await decidedCase();
    const takesAndDies: SubmitVerdict = async (...message) => {
      await workflow()(...message);
      throw new TemporarilyUnavailable('temporal', null);
    };
    await apply(whenDue(), takesAndDies);
    expect((await stateOf(caseId))?.state).toBe('applying');
    const messages: VerdictMessage[] = [];
    await apply(inMs(60_000), workflow(messages));
    expect(messages).toEqual([]);
    expect((await stateOf(caseId))?.state).toBe('applied');
  });

  it('waits for a workflow that is gone, which is started again', async () => {
    const { caseId, transactionId } = await decidedCase();
    const missing: string[] = [];
    const gone = () => Promise.reject(new ScreeningEnded('the workflow is not running'));
    await apply(whenDue(), gone, missing);
    expect(missing).toEqual([transactionId]);
    expect((await stateOf(caseId))?.due.getTime()).toBeGreaterThan(whenDue().getTime() - 1000);
    await apply(inMs(60_000));
    expect((await stateOf(caseId))?.state).toBe('applied');
  });

  it('that cannot be opened waits, and keeps no other back', async () => {
    const [broken, good] = [await decidedCase(), await decidedCase()];
    await api.pool.query(`update case_decisions set remarks = '\\x00' where case_id = $1`, [
      broken.caseId,
    ]);
    const { faults } = await apply(whenDue());
    expect(faults).toHaveLength(1);
    expect((await stateOf(good.caseId))?.state).toBe('applied');
    expect((await stateOf(broken.caseId))?.state).toBe('applying');
    await api.pool.query('delete from case_decisions where case_id = $1', [broken.caseId]);
  });

  it('of a round that is over fails, although the order is in review again', async () => {
    const { caseId } = await decidedCase();
    await api.pool.query('update cases set round = 1 where case_id = $1', [caseId]);
    const messages: VerdictMessage[] = [];
    await apply(whenDue(), workflow(messages));
    expect(messages).toEqual([]);
    expect(await stateOf(caseId)).toMatchObject({ state: 'failed', failure: 'review_ended' });
    const { rows } = await api.pool.query<{ details: unknown }>(
      `select details from order_events e join cases c using (transaction_id)
        where c.case_id = $1 and e.kind = 'decision_failed'`,
      [caseId],
    );
    expect(rows).toMatchObject([{ details: { failure: 'review_ended', by: 'reviewer:ann' } }]);
    expect((await decide(caseId, 'accept')).kind).toBe('pending');
  });
});

describe('a decision that waits for a second person', () => {
  it('ends with the review, by a verdict or a withdrawal', async () => {
    const [rejected, withdrawn] = [await decidedCase('bay'), await decidedCase('bay')];
    await recordVerdict(contextOf(), {
      ...{ transactionId: rejected.transactionId, round: 0, outcome: 'reject' },
      ...{ source: 'expiry', reviewer: 'system', remarks: '' },
    });
    await recordWithdrawal(contextOf(), {
      ...{ transactionId: withdrawn.transactionId, round: 0, actor: 'oms:checkout' },
    });
    await apply(inMs(1000));
    expect(await stateOf(rejected.caseId)).toMatchObject({ state: 'applied', due: null });
    expect(await stateOf(withdrawn.caseId)).toMatchObject({
      ...{ state: 'failed', failure: 'withdrawn', due: null },
    });
  });

  it('is not applied, however long it waits', async () => {
    const { caseId } = await decidedCase('bay');
    await apply(inMs(10 * 86_400_000));
    expect(await stateOf(caseId)).toMatchObject({ state: 'awaiting_second', due: null });
    await decide(caseId, 'reject', 'reviewer:kim');
    await apply(whenDue());
    expect((await stateOf(caseId))?.state).toBe('applied');
  });
});
