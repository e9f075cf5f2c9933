import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decided, omsCallsOf, reaches, workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    REVIEW_REMIND_AFTER: '300ms',
    REVIEW_EXPIRE_AFTER: '1s',
    REVIEW_EXPIRE_ACTION: 'reject',
  });
});

afterAll(() => stack?.stop());

describe('a deadline that passes while a reminder cannot be stored', () => {
  it('acts as soon as the reminder is done, and not a day later', async () => {
    const body = order({}, '+yleo-review');
    const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
    const blocker = await stack.db.connect();
    try {
      await decided(stack, body);
      await blocker.query('begin');
      await blocker.query('lock table cases in exclusive mode');
      const { dueAt } = await handle.query<{ dueAt: string }>('state');
      await until('the deadline has passed', async () => Date.now() > Date.parse(dueAt) + 100);
      await blocker.query('commit');
    } finally {
      blocker.release();
    }
    await reaches(stack, body, 'cancelled');
    expect((await omsCallsOf(stack, body)).map((call) => call.action)).toEqual(['cancel']);
  });
});
