import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

const inReview = async (stack: Stack) => {
  const { json } = await stack.post('/transaction', order({}, '+sardine-high'));
  return (json as { transactionId: string }).transactionId;
};

const statusOf = async (stack: Stack, transactionId: string) =>
  ((await stack.get(`/transaction/${transactionId}`)).json as { status: string }).status;

describe.each([
  ['reject', 'cancelled', 'cancel'],
  ['accept', 'processed', 'process'],
])('a review that nobody decides, with %s at its deadline', (action, status, call) => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      REVIEW_REMIND_AFTER: '300ms',
      REVIEW_EXPIRE_AFTER: '5s',
      REVIEW_EXPIRE_ACTION: action,
    });
  });

  afterAll(() => stack?.stop());

  it('reminds once, then ends by itself with one call to OMS', async () => {
    const id = await inReview(stack);
    await until('the deadline has acted', async () => (await statusOf(stack, id)) === status);
    const calls = await stack.calls('oms');
    expect(calls.map((made) => made.path.split('/').at(-1))).toEqual([call]);
    const { rows } = await stack.db.query(
      'select action from audit where object = $1 order by id',
      [id],
    );
    const actions = rows.map((row: { action: string }) => row.action);
    expect(actions.filter((name) => name === 'review.reminded')).toHaveLength(1);
    expect(actions).toContain('verdict.recorded');
  });
});

describe('a review without a verdict, with keep at its deadline', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      REVIEW_REMIND_AFTER: '200ms',
      REVIEW_EXPIRE_AFTER: '400ms',
      REVIEW_EXPIRE_ACTION: 'keep',
      WORKFLOW_TRACES: 'true',
    });
  });

  afterAll(() => stack?.stop());

  const handleOf = async (transactionId: string) => {
    const { rows } = await stack.db.query<{ id: string }>(
      'select workflow_id as id from transactions where transaction_id = $1',
      [transactionId],
    );
    return stack.temporal.workflow.getHandle(rows[0]?.id ?? '');
  };

  /** Seconds of the timers that the workflow of an order has set, in their order. */
  const timersOf = async (transactionId: string): Promise<number[]> => {
    const { events } = await (await handleOf(transactionId)).fetchHistory();
    return (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
      timer ? [Number(timer.startToFireTimeout?.seconds)] : [],
    );
  };

  it('stays open and overdue, called to mind once a day, and a person can still decide it', async () => {
    const id = await inReview(stack);
    const overdue = await until('the case is overdue and called to mind', async () => {
      const { json } = await stack.get('/v1/cases', 'reviewer');
      const [found] = (json as { cases: { overdue: boolean; reminders: number }[] }).cases;
      return found?.overdue && found.reminders >= 1 ? found : undefined;
    });
    expect(overdue).toMatchObject({ status: 'open', transactionStatus: 'in_review' });
    const pause = await until('the next reminder is set', async () =>
      (await timersOf(id)).find((seconds) => seconds > 0),
    );
    expect(pause).toBe(24 * 60 * 60);
    const reply = await stack.post(
      '/decision',
      { transactionId: id, recommendationCode: 'accept', totalScore: 0 },
      'reviewer',
    );
    expect(reply.status).toBe(200);
    await until('the order is processed', async () => (await statusOf(stack, id)) === 'processed');
  });

  it('shows an operator where its workflow waits, as WORKFLOW_TRACES says', async () => {
    const handle = await handleOf(await inReview(stack));
    expect(await handle.query('__stack_trace')).toMatch(/workflows\/order\/[a-z-]+\.ts:\d+/);
  });
});
