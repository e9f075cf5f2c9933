import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Decision } from '../../contracts/hbc/decision.js';
import type { CaseDetail } from '../../contracts/v1/cases.js';
import { decided, giveVerdict, omsCallsOf, reaches, workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { type StatementLog, startStatementLog } from '../support/statement-log.js';
import { until } from '../support/until.js';

let log: StatementLog;
let stack: Stack;

// One stack for everything that an order does by itself: each start costs seconds of CPU.
beforeAll(async () => {
  log = await startStatementLog(inject('postgresUrl'));
  // Fifty at once, on a machine that runs other tests too: enough slots that none is refused.
  const env = { DECISION_BUDGET_MS: '8000', REVIEW_REMIND_AFTER: '1h' };
  stack = await startStack(env, log.via);
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
 * `take-due`, `take-owed-feedback` and `look-for-work` serve several orders at once.
 * `find-decision` reads the partners' time, for slow answers only. On a busy machine the call about
 * a customer may end too late to be stored.
 */
const background = [
  ...['claim-sweep-', 'count-', 'delete-old-', 'find-deciding', 'find-decision', 'find-key'],
  ...['find-late-decisions', 'insert-sardine-customer'],
  ...['find-rules-in-force', 'find-settling', 'has-banner-total', 'insert-banner-total'],
  ...['insert-late-settlements', 'list-controls', 'list-untold-chargebacks', 'look-for-work'],
  ...['replace-reports', 'set plan_cache_mode', 'take-due', 'take-over-old-queues'],
  ...['take-owed-feedback', 'find-latest-rule-set-publication', 'list-latest-policies'],
  ...['delete-drift-', 'find-first-decided', 'has-usual-', 'insert-usual-', 'list-closed-drift-'],
  ...['read-counted-decisions', 'read-drift-', 'sample-decisions', 'store-drift-'],
];

/** Posts an order and waits for everything that it causes. */
const postToItsEnd = async (body: Record<string, unknown>): Promise<void> => {
  await post(body);
  await stack.temporal.workflow.getHandle(workflowIdOf(body)).result();
  await until('Sardine has heard of its order', async () => {
    const { rows } = await stack.db.query(
      `select 1 from order_events where dispatched_at is null
        union all select 1 from due_work where consumer = 'sardine_feedback'`,
    );
    return rows.length === 0;
  });
};

/** The statements since the last call, without those of the background. */
const takeOwn = (): string[] =>
  log.take().filter((name) => !background.some((start) => name.startsWith(start)));

// First, while nothing else runs in this stack.
it('an accepted order costs these statements in all processes, and no other', async () => {
  // The API knows that notices reach it once one has come.
  await postToItsEnd(order());
  takeOwn();
  const body = order();
  await postToItsEnd(body);
  // On a busy machine an answer that waits too long for its decision is stored by itself.
  const { rows: alone } = await stack.db.query(
    `select from partner_answers join decisions using (transaction_id)
      join transactions using (transaction_id)
      where workflow_id = $1 and answered_at < decided_at - interval '200 ms'`,
    [workflowIdOf(body)],
  );
  expect(takeOwn().toSorted()).toEqual([
    // Ends the feedback to Sardine.
    'close-owed-feedback',
    'find-sardine-customer',
    'insert-decision',
    ...alone.map(() => 'insert-partner-answer'),
    'insert-settlement',
    'insert-transaction',
    'look-up-subjects',
    // The API answers by it.
    'notify-of-decision',
    'read-history',
    'read-order',
  ]);
});

it('the same bytes again cost one statement', async () => {
  const body = order();
  await postToItsEnd(body);
  takeOwn();
  await post(body);
  expect(takeOwn()).toEqual(['find-transaction']);
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
    // Postgres knows of the settlement first.
    await handle.result();
    expect(await handle.query('state')).toMatchObject({
      status: 'cancelled',
      recommendationCode: 'reject',
      settlement: { action: 'cancel', result: 'done' },
    });
  });
});

describe('the same order sent again', () => {
  it('50 equal posts at once make one workflow, one answer and one OMS call', async () => {
    const body = order();
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => stack.post('/transaction', body)),
    );
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
    const first = replies.filter((reply) => reply.headers.get('idempotent-replayed') !== 'true');
    expect(first).toHaveLength(1);
    const orderId = String(body['orderId']);
    await until('the order is processed', async () => {
      const { json } = await stack.get(`/v1/transactions?banner=s5a&orderId=${orderId}`);
      const [found] = (json as { transactions: { status: string }[] }).transactions;
      return found?.status === 'processed';
    });
    const calls = (await stack.calls('oms')).filter((call) => call.path.includes(orderId));
    expect(calls).toHaveLength(1);
    const risks = (await stack.calls('yleo')).filter((call) =>
      JSON.stringify(call.body).includes(orderId),
    );
    expect(risks).toHaveLength(1);
    const runs: string[] = [];
    const query = `WorkflowId = "s5a:${orderId}:1"`;
    await until('the run is listed', async () => {
      runs.length = 0;
      for await (const run of stack.temporal.workflow.list({ query })) runs.push(run.runId);
      return runs.length > 0;
    });
    expect(runs).toHaveLength(1);
  });

  it('is answered byte for byte as before, and says so', async () => {
    const body = order();
    const first = await stack.post('/transaction', body);
    const again = await stack.post('/transaction', body);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('is the same in another spelling: key order, numbers as text, case, null, CVV', async () => {
    const body = order();
    const first = await stack.post('/transaction', body);
    const creditCard = body['creditCard'] as Record<string, unknown>;
    const spaced = String(creditCard['cardNumber'])
      .replaceAll(/(?=(?:.{4})+$)/g, ' ')
      .trim();
    const respelled = Object.fromEntries(
      Object.entries({
        ...body,
        banner: 'S5A',
        orderTotal: '187.450',
        salesRep: null,
        lastModifiedDate: '2026-11-25',
        creditCard: { ...creditCard, cardNumber: spaced, authCode: '999' },
      }).toReversed(),
    );
    const again = await stack.post('/transaction', respelled);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it.each([
    ['another total', { orderTotal: 187.46 }],
    ['another card', { creditCard: { cardNumber: '4012888888881881' } }],
    ['another address', { customer: { emailAddress: 'someone.else@example.com' } }],
  ] as [string, Record<string, unknown>][])(
    'with %s is a conflict, and the stored answer stays',
    async (what, change) => {
      const orderId = `T-conflict-${what.replaceAll(' ', '-')}-${Date.now()}`;
      const customer = { accountId: 'A-1' };
      const first = await stack.post('/transaction', order({ orderId, customer }));
      const merged = order({
        orderId,
        ...change,
        customer: { ...customer, ...(change['customer'] as object) },
      });
      const other = await stack.post('/transaction', merged);
      expect(other.status).toBe(400);
      expect(other.json).toEqual([
        { error: 'transaction_conflict', message: expect.any(String) as string },
      ]);
      const stored = await stack.post('/transaction', order({ orderId, customer }));
      expect(stored.text).toBe(first.text);
    },
  );

  it('under another shipment group is another transaction', async () => {
    const body = order();
    const one = await stack.post('/transaction', body);
    const two = await stack.post('/transaction', { ...body, groupId: '2' });
    const idOf = (reply: { json: unknown }) =>
      (reply.json as { transactionId: string }).transactionId;
    expect(idOf(two)).not.toBe(idOf(one));
  });
});

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
    // The row shows the refusal just before the workflow begins its new round.
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
