import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Decision } from '../../contracts/hbc/decision.js';
import { order } from '../support/orders.js';
import { workflowIdOf } from '../support/flows.js';
import { type Stack, startStack } from '../support/stack.js';
import { type StatementLog, startStatementLog } from '../support/statement-log.js';
import { until } from '../support/until.js';

let log: StatementLog;
let stack: Stack;

beforeAll(async () => {
  log = await startStatementLog(inject('postgresUrl'));
  stack = await startStack({ REVIEW_REMIND_AFTER: '1h' }, log.via);
});

afterAll(async () => {
  await stack?.stop();
  await log?.close();
});

const post = async (body: Record<string, unknown>) => {
  const reply = await stack.post('/transaction', body);
  expect(reply.status, reply.text).toBe(200);
  return { reply, decision: Decision.parse(reply.json) };
};

const settled = (transactionId: string) =>
  until('the order is settled', async () => {
    const { json } = await stack.get(`/transaction/${transactionId}`);
    const { status } = json as { status: string };
    return status === 'processed' || status === 'cancelled' ? status : undefined;
  });

const omsCalls = async (orderId: unknown) =>
  (await stack.calls('oms')).filter((call) => call.path.includes(`/${String(orderId)}/`));

/**
 * Statements of loops, schedules, caches and new connections, which run whether orders come or not.
 * `take-due` and `look-for-work` serve all orders of a moment. With `find-decision` the API learns
 * how long the partners took, of slow answers only.
 */
const background = [
  ...['claim-sweep-', 'count-', 'delete-old-', 'find-deciding', 'find-decision', 'find-key'],
  ...['find-rules-in-force', 'find-settling', 'has-banner-total', 'insert-banner-total'],
  ...['insert-late-settlements', 'list-controls', 'list-untold-chargebacks', 'look-for-work'],
  ...['replace-reports', 'set plan_cache_mode', 'take-due', 'take-over-old-queues'],
];

// First, while nothing else is under way in this stack.
it('an accepted order costs these statements in all processes, and no other', async () => {
  log.take();
  const body = order();
  await post(body);
  await stack.temporal.workflow.getHandle(workflowIdOf(body)).result();
  await until('Sardine has heard of its order', async () => {
    const { rows } = await stack.db.query(
      `select 1 from order_events where dispatched_at is null
        union all select 1 from due_work where consumer = 'sardine_feedback'`,
    );
    return rows.length === 0;
  });
  const own = log.take().filter((name) => !background.some((start) => name.startsWith(start)));
  expect(own.toSorted()).toEqual([
    // Ends the feedback to Sardine.
    'close-owed-feedback',
    'find-sardine-customer',
    'insert-decision',
    'insert-partner-answer',
    'insert-partner-answer',
    // Once a customer and day.
    'insert-sardine-customer',
    'insert-settlement',
    'insert-transaction',
    'look-up-subjects',
    'read-history',
    'read-order',
    // For OMS.
    'read-order-record',
    // For Sardine.
    'read-outcome',
  ]);
});

describe('an order is answered at once and settled once', () => {
  it("the README's example request gets the README's answer", async () => {
    const [, answer] = /```json\n(.+)\n```/.exec(readFileSync('README.md', 'utf8')) ?? [];
    const example = readFileSync('local/example-transaction.json', 'utf8');
    expect((await stack.post('/transaction', example)).text).toBe(answer);
  });

  it('a clean order is accepted, and OMS processes it exactly once', async () => {
    const body = order();
    const { cardNumber } = body['creditCard'] as { cardNumber: string };
    const { reply, decision } = await post(body);
    expect(decision).toMatchObject({ recommendationCode: 'accept', totalScore: 0 });
    expect(reply.headers.get('x-transaction-status')).toBe('decided');
    expect(reply.headers.get('idempotent-replayed')).toBeNull();
    expect(await settled(decision.transactionId)).toBe('processed');
    const calls = await omsCalls(body['orderId']);
    expect(calls).toHaveLength(1);
    expect(calls[0]?.path).toMatch(/\/process$/);
    expect(calls[0]?.headers['idempotency-key']).toBe(`s5a:${String(body['orderId'])}:1:process`);
    expect(calls[0]?.body).toMatchObject({
      transactionId: decision.transactionId,
      decision: { recommendationCode: 'accept' },
      transaction: {
        creditCard: {
          cardNumber: `${cardNumber.slice(0, 6)}******${cardNumber.slice(-4)}`,
          authCode: '',
        },
      },
    });
  });

  it.each([
    ['Sardine very high', '+sardine-very_high'],
    ['Yleo declined', '+yleo-declined'],
  ])('an order that %s is rejected and cancelled exactly once', async (_why, tags) => {
    const body = order({}, tags);
    const { decision } = await post(body);
    expect(decision.recommendationCode).toBe('reject');
    expect(await settled(decision.transactionId)).toBe('cancelled');
    const calls = await omsCalls(body['orderId']);
    expect(calls.map((call) => call.path.split('/').at(-1))).toEqual(['cancel']);
  });

  it('a local score over the band rejects without asking and paying the partners', async () => {
    const body = order({
      orderTotal: 9000,
      creditCard: { avsResponse: 'G', billingAddress: { country: 'FR' }, expiryDate: '01-20' },
    });
    const { decision } = await post(body);
    expect(decision.recommendationCode).toBe('reject');
    expect(decision.totalScore).toBeGreaterThanOrEqual(80);
    const asked = (await stack.calls('yleo')).filter((call) =>
      JSON.stringify(call.body).includes(String(body['orderId'])),
    );
    expect(asked).toEqual([]);
  });

  it.each([
    ['Sardine high', '+sardine-high'],
    ['Sardine unknown', '+sardine-unknown'],
    ['Yleo review', '+yleo-review'],
    ['Yleo escalate', '+yleo-escalate'],
    ['Yleo not performed', '+yleo-notperformed'],
    ['Yleo permanent exception', '+yleo-permanent'],
  ])('%s holds the order for a person and OMS hears nothing', async (_why, tags) => {
    const body = order({}, tags);
    const { reply, decision } = await post(body);
    expect(decision.recommendationCode).toBe('review');
    expect(decision.crossReference).toBeDefined();
    expect(reply.headers.get('x-transaction-status')).toBe('in_review');
    expect(await omsCalls(body['orderId'])).toEqual([]);
  });

  it('a processor that did not approve is never accepted', async () => {
    const { decision } = await post(order({ creditCard: { responseCode: 303 } }));
    expect(decision.recommendationCode).toBe('review');
  });
});

describe('a review is ended by a person', () => {
  it('accepting it has OMS process the order with the final decision', async () => {
    const body = order({}, '+sardine-high');
    const { decision } = await post(body);
    const { transactionId } = decision;
    const verdict = { ...decision, recommendationCode: 'accept', remarks: 'Called the shopper' };
    const reply = await stack.post('/decision', verdict, 'reviewer');
    expect([reply.status, reply.text]).toEqual([200, '']);
    expect(await settled(transactionId)).toBe('processed');
    const [call, ...more] = await omsCalls(body['orderId']);
    expect(more).toEqual([]);
    expect(call?.body).toMatchObject({
      decision: { recommendationCode: 'accept', remarks: 'Called the shopper' },
    });
    const record = await stack.get(`/transaction/${transactionId}`);
    expect(record.json).toMatchObject({
      status: 'processed',
      decision: { recommendationCode: 'accept' },
      answered: { recommendationCode: 'review' },
    });
    const replay = await stack.post('/transaction', body);
    expect(replay.json).toMatchObject({ recommendationCode: 'review' });
    expect(replay.headers.get('x-transaction-status')).toBe('decided');
  });

  it('a plain JSON signal, as the CLI sends it, has OMS cancel the order', async () => {
    const body = order({}, '+yleo-review');
    const { decision } = await post(body);
    const handle = stack.temporal.workflow.getHandle(`s5a:${String(body['orderId'])}:1`);
    await handle.signal('decision', 'nonsense');
    await handle.signal('decision', { recommendationCode: 'perhaps' });
    await handle.signal('decision', { recommendationCode: 'reject', reviewer: 'bo' });
    await handle.signal('decision', { recommendationCode: 'accept' });
    expect(await settled(decision.transactionId)).toBe('cancelled');
    expect(await omsCalls(body['orderId'])).toHaveLength(1);
    expect(await handle.query('state')).toMatchObject({
      status: 'cancelled',
      recommendationCode: 'reject',
      settlement: { action: 'cancel', result: 'done' },
    });
  });
});
