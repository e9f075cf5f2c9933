import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiBeside, startApiBeside } from '../support/api-beside.js';
import { giveVerdict, omsCallsOf, reaches, workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import type { Json } from '../support/transactions.js';
import { until } from '../support/until.js';

/** An order keeps the terms of the API that it came to, so one worker serves all of them. */
const terms = {
  reject: { REVIEW_REMIND_AFTER: '300ms', REVIEW_EXPIRE_AFTER: '5s' },
  accept: { REVIEW_REMIND_AFTER: '300ms', REVIEW_EXPIRE_AFTER: '5s' },
  keep: { REVIEW_REMIND_AFTER: '200ms', REVIEW_EXPIRE_AFTER: '400ms' },
} as const;

let stack: Stack;
let accepting: ApiBeside;
let keeping: ApiBeside;

beforeAll(async () => {
  const own = { ...terms.reject, REVIEW_EXPIRE_ACTION: 'reject', WORKFLOW_TRACES: 'true' };
  stack = await startStack(own);
  [accepting, keeping] = await Promise.all([
    startApiBeside(stack, { ...terms.accept, REVIEW_EXPIRE_ACTION: 'accept' }),
    startApiBeside(stack, { ...terms.keep, REVIEW_EXPIRE_ACTION: 'keep' }),
  ]);
});

afterAll(async () => {
  await Promise.all([accepting?.end(), keeping?.end()]);
  await stack?.stop();
});

const suspicious = () => order({}, '+sardine-high');

const handleOf = (body: Json) => stack.temporal.workflow.getHandle(workflowIdOf(body));

describe('a review that nobody decides', () => {
  it('is reminded of once, then ends by itself with one call to OMS', async () => {
    const reviews = [
      [suspicious(), 'cancelled', 'cancel', (body) => stack.post('/transaction', body)],
      [suspicious(), 'processed', 'process', (body) => accepting.post(body)],
    ] as const satisfies readonly [unknown, string, string, (body: Json) => Promise<unknown>][];
    await Promise.all(reviews.map(([body, , , post]) => post(body)));
    for (const [body, status, action] of reviews) {
      const id = await reaches(stack, body, status);
      expect((await omsCallsOf(stack, body)).map((call) => call.action)).toEqual([action]);
      const { rows } = await stack.db.query<{ action: string }>(
        'select action from audit where object = $1 order by id',
        [id],
      );
      const actions = rows.map((row) => row.action);
      expect(actions.filter((name) => name === 'review.reminded')).toHaveLength(1);
      expect(actions).toContain('verdict.recorded');
    }
  });

  it('ends as soon as a reminder is done that the deadline found waiting, and not a day later', async () => {
    const body = suspicious();
    const blocker = await stack.db.connect();
    try {
      await stack.post('/transaction', body);
      await blocker.query('begin');
      await blocker.query('lock table cases in exclusive mode');
      const { dueAt } = await handleOf(body).query<{ dueAt: string }>('state');
      await until('the deadline has passed', async () => Date.now() > Date.parse(dueAt) + 100);
      await blocker.query('commit');
    } finally {
      blocker.release();
    }
    await reaches(stack, body, 'cancelled');
    expect((await omsCallsOf(stack, body)).map((call) => call.action)).toEqual(['cancel']);
  });
});

describe('a review without a verdict, with keep at its deadline', () => {
  /** Seconds of the timers that the workflow of an order has set, in their order. */
  const timersOf = async (body: Json): Promise<number[]> => {
    const { events } = await handleOf(body).fetchHistory();
    return (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
      timer ? [Number(timer.startToFireTimeout?.seconds)] : [],
    );
  };

  it('stays open and overdue, called to mind once a day, and a person can still decide it', async () => {
    const body = suspicious();
    await keeping.post(body);
    const id = await reaches(stack, body, 'in_review');
    const overdue = await until('the case is overdue and called to mind', async () => {
      const { json } = await stack.get('/v1/cases', 'reviewer');
      const { cases } = json as {
        cases: { transactionId: string; overdue: boolean; reminders: number }[];
      };
      const found = cases.find((one) => one.transactionId === id);
      return found?.overdue && found.reminders >= 1 ? found : undefined;
    });
    expect(overdue).toMatchObject({ status: 'open', transactionStatus: 'in_review' });
    const pause = await until('the next reminder is set', async () =>
      (await timersOf(body)).find((seconds) => seconds > 0),
    );
    expect(pause).toBe(24 * 60 * 60);
    expect((await giveVerdict(stack, id, 'accept')).status).toBe(200);
    await reaches(stack, body, 'processed');
  });

  it('shows an operator where its workflow waits, as WORKFLOW_TRACES says', async () => {
    const body = suspicious();
    await keeping.post(body);
    expect(await handleOf(body).query('__stack_trace')).toMatch(
      /workflows\/order\/[a-z-]+\.ts:\d+/,
    );
  });
});
