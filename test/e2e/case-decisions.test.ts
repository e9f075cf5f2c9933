import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WaitingDecision } from '../../contracts/v1/cases.js';
import { decided, giveVerdict, omsCallsOf, reaches } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

const undoWindowMs = 2000;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ UNDO_WINDOW: `${undoWindowMs}ms` });
});

afterAll(() => stack?.stop());

/** An order that waits for a reviewer. */
const inReview = async () => {
  const body = order({}, '+yleo-review');
  const { transactionId, crossReference } = await decided(stack, body);
  return { body, transactionId, caseId: String(crossReference) };
};

const reasons = { accept: 'customer_confirmed', reject: 'stolen_card' };

const decide = async (
  caseId: string,
  recommendationCode: 'accept' | 'reject',
  remarks?: string,
) => {
  const reply = await stack.post(
    `/v1/cases/${caseId}/decision`,
    { recommendationCode, reasonCode: reasons[recommendationCode], remarks },
    'reviewer',
  );
  expect(reply.status, reply.text).toBe(202);
  return reply.json as WaitingDecision;
};

const stateOf = (decisionId: string) =>
  stack.db
    .query<{ state: string; failure: string | null }>(
      'select state, failure from case_decisions where decision_id = $1',
      [decisionId],
    )
    .then(({ rows }) => rows[0]);

const ended = (decisionId: string) =>
  until('the decision has ended', async () => {
    const row = await stateOf(decisionId);
    return row?.state === 'pending' || row?.state === 'applying' ? undefined : row;
  });

describe('a decision of a case', () => {
  it('reaches OMS soon after its undo window, and not before, with who and why', async () => {
    const orders = await Promise.all(Array.from({ length: 4 }, inReview));
    const waits: number[] = [];
    for (const { caseId } of orders) await decide(caseId, 'reject', 'a stolen card');
    for (const { body, transactionId, caseId } of orders) {
      await reaches(stack, body, 'cancelled');
      const [call] = await omsCallsOf(stack, body);
      const { rows } = await stack.db.query<{ undo_until: Date }>(
        'select undo_until from case_decisions where case_id = $1',
        [caseId],
      );
      waits.push((call?.atMs ?? 0) - Number(rows[0]?.undo_until));
      expect(call?.body.decision).toMatchObject({
        recommendationCode: 'reject',
        remarks: 'a stolen card',
      });
      const detail = await stack.get(`/v1/cases/${caseId}`, 'reviewer');
      expect(detail.json).toMatchObject({
        transactionId,
        pendingDecision: null,
        verdicts: [{ outcome: 'reject', reviewer: 'reviewer:local', source: 'api' }],
      });
    }
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...waits), `waits ${waits.join(', ')} ms`).toBeLessThan(3000);
  });

  it('is kept while no worker runs, and applied once one is back, not before its time', async () => {
    const { body, caseId } = await inReview();
    const { undoUntil } = await decide(caseId, 'accept');
    await stack.worker.end('SIGKILL');
    await stack.restartWorker();
    await reaches(stack, body, 'processed');
    const [call] = await omsCallsOf(stack, body);
    expect(call?.atMs).toBeGreaterThanOrEqual(Date.parse(String(undoUntil)));
  });

  it('that is undone is never applied, and the case can be decided otherwise', async () => {
    const { body, caseId } = await inReview();
    const first = await decide(caseId, 'reject');
    const undone = await stack.remove(`/v1/cases/${caseId}/decision`, 'reviewer');
    expect(undone.status, undone.text).toBe(200);
    expect(undone.json).toMatchObject({
      pendingDecision: null,
      claim: { by: 'reviewer:local' },
    });
    await decide(caseId, 'accept');
    await reaches(stack, body, 'processed');
    expect(await omsCallsOf(stack, body)).toHaveLength(1);
    expect(await stateOf(first.decisionId)).toMatchObject({ state: 'undone' });
  });

  it.each(['accept', 'reject'] as const)(
    'of reject ends as it should when POST /decision says %s meanwhile',
    async (other) => {
      const { body, caseId, transactionId } = await inReview();
      const { decisionId } = await decide(caseId, 'reject');
      expect((await giveVerdict(stack, transactionId, other)).status).toBe(200);
      await reaches(stack, body, other === 'accept' ? 'processed' : 'cancelled');
      expect(await ended(decisionId)).toEqual(
        other === 'reject'
          ? { state: 'applied', failure: null }
          : { state: 'failed', failure: 'decided_otherwise' },
      );
    },
  );

  it('of an order that is withdrawn meanwhile fails with the reason', async () => {
    const { body, caseId, transactionId } = await inReview();
    const { decisionId } = await decide(caseId, 'accept');
    const reply = await stack.post(`/v1/transactions/${transactionId}/withdrawal`, {}, 'oms');
    expect(reply.status, reply.text).toBe(200);
    expect(await ended(decisionId)).toEqual({ state: 'failed', failure: 'withdrawn' });
    expect(await omsCallsOf(stack, body)).toHaveLength(0);
  });
});
