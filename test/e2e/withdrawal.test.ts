import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CaseDetail } from '../../contracts/v1/cases.js';
import { decided, giveVerdict, omsCallsOf, reaches, workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack?.stop());

const withdraw = (transactionId: string, key: 'oms' | 'reviewer' = 'oms') =>
  stack.post(`/v1/transactions/${transactionId}/withdrawal`, {}, key);

const notInReview = [{ error: 'not_in_review', message: expect.any(String) as string }];

describe('an order that is withdrawn while in review', () => {
  it('ends as withdrawn, its case is closed, and OMS is not called, however often it is repeated', async () => {
    const body = order({}, '+yleo-review');
    const { transactionId, crossReference } = await decided(stack, body);
    for (let time = 1; time <= 2; time += 1) {
      const reply = await withdraw(transactionId);
      expect([reply.status, reply.json]).toEqual([200, { transactionId, status: 'withdrawn' }]);
    }
    await reaches(stack, body, 'withdrawn');
    const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
    expect(await handle.result()).toEqual({ outcome: 'review', status: 'withdrawn' });
    expect(await omsCallsOf(stack, body)).toEqual([]);
    const { json } = await stack.get(`/v1/cases/${crossReference}`, 'reviewer');
    const shown = json as CaseDetail;
    expect(shown).toMatchObject({ status: 'closed', transactionStatus: 'withdrawn', verdicts: [] });
    const entry = shown.timeline.find(({ action }) => action === 'transaction.withdrawn');
    expect(entry?.actor).toMatch(/^oms/);
    const again = await withdraw(transactionId);
    expect(again.status).toBe(200);
  });

  it('accepts no verdict any more, in either direction, with the reason', async () => {
    const body = order({}, '+yleo-review');
    const { transactionId } = await decided(stack, body);
    expect((await withdraw(transactionId)).status).toBe(200);
    for (const verdict of ['accept', 'reject'] as const) {
      const reply = await giveVerdict(stack, transactionId, verdict);
      expect([reply.status, reply.json]).toMatchObject([400, [{ error: 'decision_conflict' }]]);
      expect(reply.text).toContain('is of an order that was withdrawn: it takes no verdict');
    }
  });

  it('or decided by a reviewer concurrently: exactly one of the two is accepted', async () => {
    const bodies = Array.from({ length: 8 }, () => order({}, '+yleo-review'));
    await Promise.all(
      bodies.map(async (body) => {
        const { transactionId } = await decided(stack, body);
        const [withdrawn, verdict] = await Promise.all([
          withdraw(transactionId),
          giveVerdict(stack, transactionId, 'accept'),
        ]);
        expect(new Set([withdrawn.status, verdict.status])).toEqual(new Set([200, 400]));
        await reaches(stack, body, withdrawn.status === 200 ? 'withdrawn' : 'processed');
        expect(await omsCallsOf(stack, body)).toHaveLength(withdrawn.status === 200 ? 0 : 1);
      }),
    );
  });

  it('may be one that OMS has refused: the refused call counted for nothing', async () => {
    await stack.setFault('oms', { status: 422, times: 1 });
    const body = order();
    const { transactionId } = await decided(stack, body);
    await reaches(stack, body, 'oms_rejected');
    // The row shows the refusal a moment before the workflow has begun its new round.
    await until(
      'the withdrawal is taken',
      async () => (await withdraw(transactionId)).status === 200,
    );
    await reaches(stack, body, 'withdrawn');
    expect(await omsCallsOf(stack, body)).toHaveLength(1);
  });
});

describe('an order that is not in review', () => {
  it('cannot be withdrawn, whether accepted, rejected or decided by a person', async () => {
    const accepted = order();
    const rejected = order({}, '+yleo-declined');
    const reviewed = order({}, '+yleo-review');
    const ids = await Promise.all([accepted, rejected, reviewed].map((b) => decided(stack, b)));
    await giveVerdict(stack, ids[2]?.transactionId ?? '', 'accept');
    for (const { transactionId } of ids) {
      const reply = await withdraw(transactionId);
      expect([reply.status, reply.json]).toEqual([400, notInReview]);
    }
  });

  it('and one that is unknown is 404; a reviewer may not withdraw', async () => {
    expect((await withdraw('tx_unknown')).status).toBe(404);
    const { transactionId } = await decided(stack, order({}, '+yleo-review'));
    expect((await withdraw(transactionId, 'reviewer')).status).toBe(403);
  });
});
