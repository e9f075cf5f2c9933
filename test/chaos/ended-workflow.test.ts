import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decided, giveVerdict, omsCallsOf, reaches, workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterEach(() => stack.setFault('oms', undefined));

afterAll(() => stack?.stop());

const terminate = (body: Json) =>
  stack.temporal.workflow.getHandle(workflowIdOf(body)).terminate('by a test');

type ResetRequest = Parameters<Stack['temporal']['workflowService']['resetWorkflowExecution']>[0];

/** To where the verdict came, as an operator does it who does not want it to count again. */
const resetToItsReview = async (body: Json): Promise<void> => {
  const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
  const { runId } = await handle.describe();
  const { events } = await handle.fetchHistory();
  const tasks = events?.filter((event) => event.workflowTaskCompletedEventAttributes);
  const request = {
    namespace: 'default',
    workflowExecution: { workflowId: workflowIdOf(body), runId },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: Number(tasks?.[1]?.eventId),
    resetReapplyType: 2,
  };
  // The SDK's type wants its own class of numbers and its encoder takes plain ones.
  await stack.temporal.workflowService.resetWorkflowExecution(request as unknown as ResetRequest);
};

/** Makes an order look as if it had stood there for an hour, and lets a new worker sweep. */
const sweepLater = async (transactionId: string): Promise<void> => {
  const { db } = stack;
  await db.query(
    `update transactions set updated_at = updated_at - interval '1 h' where transaction_id = $1`,
    [transactionId],
  );
  await db.query(`update cases set due_at = now() - interval '1 h' where transaction_id = $1`, [
    transactionId,
  ]);
  await stack.restartWorker();
};

const actions = async (body: Json) => (await omsCallsOf(stack, body)).map(({ action }) => action);

const verdictIsTaken = (transactionId: string, verdict: 'accept' | 'reject') =>
  until('the verdict is taken', async () => {
    const { status } = await giveVerdict(stack, transactionId, verdict);
    expect([200, 503]).toContain(status);
    return status === 200;
  });

describe('an order whose workflow an operator has terminated', () => {
  it('in review: the next verdict restarts it and is accepted, once', async () => {
    const body = order({}, '+yleo-review');
    const { transactionId } = await decided(stack, body);
    await terminate(body);
    await verdictIsTaken(transactionId, 'accept');
    await reaches(stack, body, 'processed');
    expect(await actions(body)).toEqual(['process']);
    await stack.expectPrinted('"workflow_missing"');
  });

  it('in review and overdue: the sweep restarts it, and the deadline acts', async () => {
    const body = order({}, '+yleo-review');
    const { transactionId } = await decided(stack, body);
    await terminate(body);
    await sweepLater(transactionId);
    await reaches(stack, body, 'cancelled');
    expect(await actions(body)).toEqual(['cancel']);
  });

  it('while OMS was down: the sweep restarts it, and the accepted verdict is settled', async () => {
    await stack.setFault('oms', { status: 503 });
    const body = order({}, '+yleo-review');
    const { transactionId } = await decided(stack, body);
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    await reaches(stack, body, 'settling');
    await terminate(body);
    await stack.setFault('oms', undefined);
    await sweepLater(transactionId);
    await reaches(stack, body, 'processed');
    const calls = await omsCallsOf(stack, body);
    expect(calls.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
  });

  it('and somebody has reset to before its verdict: the sweep has it settled all the same', async () => {
    await stack.setFault('oms', { status: 503 });
    const body = order({}, '+yleo-review');
    const { transactionId } = await decided(stack, body);
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    await reaches(stack, body, 'settling');
    await resetToItsReview(body);
    await stack.setFault('oms', undefined);
    await sweepLater(transactionId);
    await reaches(stack, body, 'processed');
    expect(new Set(await actions(body))).toEqual(new Set(['process']));
  });

  it('after OMS refused: it restarts in the same round, and accepts either verdict', async () => {
    await stack.setFault('oms', { status: 422, times: 1 });
    const body = order();
    const { transactionId } = await decided(stack, body);
    await reaches(stack, body, 'oms_rejected');
    await terminate(body);
    await verdictIsTaken(transactionId, 'reject');
    await reaches(stack, body, 'cancelled');
    expect(await actions(body)).toEqual(['process', 'cancel']);
  });

  it('after it was settled: nothing is done again', async () => {
    const body = order();
    const { transactionId } = await decided(stack, body);
    await reaches(stack, body, 'processed');
    await stack.temporal.workflow.getHandle(workflowIdOf(body)).result();
    await sweepLater(transactionId);
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    expect(await actions(body)).toEqual(['process']);
  });
});
