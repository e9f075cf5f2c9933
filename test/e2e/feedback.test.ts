import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decided, giveVerdict, reaches, workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type SimulatorCall, type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ DECISION_BUDGET_MS: '600' });
});

afterEach(async () => {
  await Promise.all(['sardine', 'yleo', 'oms'].map((name) => stack.setFault(name, undefined)));
});

afterAll(() => stack?.stop());

const sardineCalls = async (path: string, transactionId: string): Promise<SimulatorCall[]> =>
  (await stack.calls('sardine')).filter(
    (call) => call.path.endsWith(path) && JSON.stringify(call.body).includes(transactionId),
  );

const feedbackOf = (transactionId: string) => sardineCalls('/v1/feedbacks', transactionId);

/** Waits until the order's workflow has ended, and all that follows from it is done. */
const ended = async (body: Json): Promise<void> => {
  await stack.temporal.workflow.getHandle(workflowIdOf(body)).result();
  await until('Sardine has heard what it has to', async () => {
    const { rows } = await stack.db.query(
      `select 1 from order_events where dispatched_at is null
        union all select 1 from due_work where consumer = 'sardine_feedback'`,
    );
    return rows.length === 0;
  });
};

const timeline = async (transactionId: string): Promise<string[]> => {
  const { rows } = await stack.db.query<{ action: string }>(
    'select action from audit where object = $1 order by id',
    [transactionId],
  );
  return rows.map(({ action }) => action);
};

describe('Sardine learns how its transaction ended', () => {
  it('as approved after an automatic accept, about the customer and transaction it scored', async () => {
    const body = order();
    const { transactionId } = await decided(stack, body);
    await ended(body);
    const [told, ...others] = await feedbackOf(transactionId);
    const [asked] = await sardineCalls('/v1/issuing/risks', transactionId);
    expect(others).toEqual([]);
    expect(told?.body).toEqual({
      kind: 'issuing',
      customer: { id: asked?.body['customerId'] },
      transaction: { id: transactionId, amount: expect.any(Number) as number },
      feedback: {
        id: expect.stringContaining(transactionId) as string,
        scope: 'transaction',
        timeMillis: expect.any(Number) as number,
        type: 'authorization',
        status: 'approved',
      },
    });
    expect(await timeline(transactionId)).toContain('feedback.sent');
  });

  it.each([
    ['accept', 'approved', undefined],
    ['reject', 'issuer_declined', 'merchant_reject'],
  ] as const)('after the verdict %s as %s, and not before', async (verdict, status, reason) => {
    const body = order({}, '+yleo-review');
    const { transactionId } = await decided(stack, body);
    expect(await feedbackOf(transactionId)).toEqual([]);
    await giveVerdict(stack, transactionId, verdict);
    await ended(body);
    const told = await feedbackOf(transactionId);
    expect(told.map((call) => call.body['feedback'])).toEqual([
      expect.objectContaining({ status, ...(reason && { reason }) }),
    ]);
  });

  it('by what OMS did in the end, when it refused at first', async () => {
    await stack.setFault('oms', { status: 422, times: 1 });
    const body = order();
    const { transactionId } = await decided(stack, body);
    await reaches(stack, body, 'oms_rejected');
    await until('the verdict is taken', async () => {
      const { status } = await giveVerdict(stack, transactionId, 'reject');
      return status === 200;
    });
    await ended(body);
    const told = await feedbackOf(transactionId);
    expect(told.map((call) => (call.body['feedback'] as Json)['status'])).toEqual([
      'issuer_declined',
    ]);
  });

  it('under the same id for every attempt, until it accepts it', async () => {
    await stack.setFault('sardine', { status: 503, times: 2, path: '/v1/feedbacks' });
    const body = order();
    const { transactionId } = await decided(stack, body);
    await ended(body);
    const told = await feedbackOf(transactionId);
    expect(told.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(new Set(told.map((call) => JSON.stringify(call.body))).size).toBe(1);
  });

  it('once, although the worker that had tried to send it was killed', async () => {
    await stack.setFault('sardine', { status: 503, path: '/v1/feedbacks' });
    const body = order();
    const { transactionId } = await decided(stack, body);
    await until('it was tried', async () => (await feedbackOf(transactionId)).length > 0);
    await stack.worker.end('SIGKILL');
    await stack.setFault('sardine', undefined);
    await stack.restartWorker();
    await until('it is told', async () =>
      (await timeline(transactionId)).includes('feedback.sent'),
    );
    const told = await feedbackOf(transactionId);
    expect(told.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(told.map((call) => (call.body['feedback'] as Json)['id'])).size).toBe(1);
  });

  it('and when it refuses the feedback for good, an alarm says so', async () => {
    await stack.setFault('sardine', { status: 400, path: '/v1/feedbacks' });
    const body = order();
    const { transactionId } = await decided(stack, body);
    await ended(body);
    expect(await timeline(transactionId)).toContain('feedback.given_up');
    await stack.expectPrinted('"feedback_given_up"', transactionId);
  });
});

describe('Sardine gets no feedback', () => {
  it('about a transaction that it never scored', async () => {
    await stack.setFault('sardine', { status: 400, path: '/v1/issuing/risks' });
    const body = order();
    const { transactionId } = await decided(stack, body);
    await giveVerdict(stack, transactionId, 'accept');
    await ended(body);
    expect(await feedbackOf(transactionId)).toEqual([]);
  });

  it('about a withdrawn order, which was neither approved nor declined', async () => {
    const body = order({}, '+yleo-review');
    const { transactionId } = await decided(stack, body);
    await stack.post(`/v1/transactions/${transactionId}/withdrawal`, {});
    await ended(body);
    expect(await feedbackOf(transactionId)).toEqual([]);
  });
});
