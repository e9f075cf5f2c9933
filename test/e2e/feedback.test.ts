import { ScheduleOverlapPolicy } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { scheduleIdOf } from '../../temporal/schedules.js';
import { startChild } from '../support/child.js';
import { decided, giveVerdict, reaches, withdraw, workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { freePort } from '../support/ports.js';
import { triggerSchedule } from '../support/schedules.js';
import { type SimulatorCall, type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ DECISION_BUDGET_MS: '800' });
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

/** Waits until the order's workflow has ended and all work that follows from it is done. */
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
    await until('it is sent', async () =>
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
    await withdraw(stack, transactionId);
    await ended(body);
    expect(await feedbackOf(transactionId)).toEqual([]);
  });
});

const taskQueue = () => stack.env['TEMPORAL_TASK_QUEUE'] ?? '';

/** Runs the work of each minute now. */
const tellNow = () => triggerSchedule(stack.temporal, taskQueue(), 'tell-chargebacks');

/** The calls about a chargeback, with Sardine's answers. */
const toldOf = async (transactionId: string) =>
  (await stack.calls('sardine'))
    .filter(
      ({ path, body }) => path.endsWith('/v1/feedbacks') && isChargebackOf(body, transactionId),
    )
    .map(({ body, status }) => ({ body, status }));

const isChargebackOf = (body: Json, transactionId: string): boolean =>
  (body['transaction'] as Json)['id'] === transactionId &&
  (body['feedback'] as Json)['status'] === 'chargeback';

const today = new Date().toISOString().slice(0, 10);

const chargeback = async (transactionId: string, more: Json = {}) => {
  const statement = { kind: 'chargeback', amount: 55.5, currency: 'USD', date: today, fraud: true };
  const body = { transactionId, ...statement, ...more };
  const reply = await stack.post('/v1/labels', body, 'analyst');
  expect(reply.status, reply.text).toBe(200);
};

const times = async (transactionId: string, action: string): Promise<number> =>
  (await timeline(transactionId)).filter((one) => one === action).length;

describe('Sardine learns of chargebacks', () => {
  it('of an order that it scored, with amount and day, and once although it is restarted', async () => {
    const { transactionId } = await decided(stack, order());
    await chargeback(transactionId);
    const other = await decided(stack, order());
    await chargeback(other.transactionId, { currency: 'CAD' });
    await tellNow();
    await until('both are sent', async () => {
      const counts = await Promise.all(
        [transactionId, other.transactionId].map((id) => times(id, 'label.told')),
      );
      return counts.every((count) => count === 1);
    });
    const [call] = await toldOf(transactionId);
    expect(call?.body).toMatchObject({
      transaction: { id: transactionId, amount: 55.5 },
      feedback: {
        id: expect.stringContaining(transactionId) as string,
        timeMillis: Date.parse(today),
        ...{ type: 'settlement', status: 'chargeback' },
      },
    });
    // An amount in another currency is not sent: Sardine gets the authorised one.
    const [foreign] = await toldOf(other.transactionId);
    expect(foreign?.body).toMatchObject({ transaction: { amount: 187.45 } });
    await stack.restartWorker();
    const later = await decided(stack, order());
    await chargeback(later.transactionId);
    await tellNow();
    await until(
      'a later one is sent',
      async () => (await toldOf(later.transactionId)).length === 1,
    );
    expect(await toldOf(transactionId)).toHaveLength(1);
  });

  it('once each, with two workers and two runs that begin at the same moment', async () => {
    const second = startChild('worker/main.ts', {
      ...stack.env,
      METRICS_PORT: String(await freePort()),
    });
    const ids: string[] = [];
    for (let index = 0; index < 15; index += 1) {
      ids.push((await decided(stack, order())).transactionId);
    }
    await second.printed('"polling"');
    for (const id of ids) await chargeback(id);
    const { schedule } = stack.temporal;
    const handle = schedule.getHandle(scheduleIdOf(taskQueue(), 'tell-chargebacks'));
    const both = [ScheduleOverlapPolicy.ALLOW_ALL, ScheduleOverlapPolicy.ALLOW_ALL];
    await Promise.all(both.map((overlap) => handle.trigger(overlap)));
    await until('all are sent', async () => {
      const counts = await Promise.all(ids.map((id) => times(id, 'label.told')));
      return counts.every((count) => count === 1);
    });
    const { recentActions } = (await handle.describe()).info;
    for (const { action } of recentActions.slice(-2)) {
      await stack.temporal.workflow.getHandle(action.workflow.workflowId).result();
    }
    const calls = await Promise.all(ids.map(toldOf));
    expect(calls.map(({ length }) => length)).toEqual(ids.map(() => 1));
    await second.end();
  });

  it('and of the outcome, although storing its answer first failed', async () => {
    await stack.db.query(`create function refuse_answer() returns trigger language plpgsql as $$
      begin
        if current_query() like '%into decisions%' then return new; end if;
        raise exception 'refused by a test';
      end $$`);
    await stack.db.query(`create trigger refuse_answer before insert on partner_answers
      for each row execute function refuse_answer()`);
    // Sardine's answer waits too long for the decision.
    await stack.setFault('yleo', { latencyMs: 600 });
    const { transactionId } = await decided(stack, order());
    await stack.setFault('yleo', undefined);
    await until('Sardine has the outcome', async () => {
      return (await times(transactionId, 'feedback.sent')) === 1;
    });
    await stack.db.query('drop function refuse_answer cascade');
    await stack.expectPrinted('"partner_answer_lost"');
    // As in orders of earlier versions, whose decision did not store it either.
    await stack.db.query('delete from partner_answers where transaction_id = $1', [transactionId]);
    await chargeback(transactionId);
    await tellNow();
    await until('Sardine has the chargeback', async () => {
      return (await toldOf(transactionId)).length === 1;
    });
  });

  it('later, under the same id, when it does not accept it now', async () => {
    const { transactionId } = await decided(stack, order());
    await stack.setFault('sardine', { status: 503, times: 1, path: '/v1/feedbacks' });
    await until(
      'its own feedback is through',
      async () => (await times(transactionId, 'feedback.sent')) === 1,
    );
    await stack.setFault('sardine', { status: 503, path: '/v1/feedbacks' });
    await chargeback(transactionId);
    await tellNow();
    await until('it was tried', async () => (await toldOf(transactionId)).length > 0);
    await stack.setFault('sardine', undefined);
    await tellNow();
    await until('it is sent', async () => (await times(transactionId, 'label.told')) === 1);
    const calls = await toldOf(transactionId);
    expect(calls.at(-1)?.status).toBe(200);
    expect(new Set(calls.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('not again when it refuses one for good: one alarm, and others continue', async () => {
    const { transactionId } = await decided(stack, order());
    const other = await decided(stack, order());
    for (const id of [transactionId, other.transactionId]) {
      await until(
        'its own feedback is through',
        async () => (await times(id, 'feedback.sent')) === 1,
      );
    }
    await chargeback(transactionId);
    await chargeback(other.transactionId);
    await stack.setFault('sardine', { status: 400, times: 1, path: '/v1/feedbacks' });
    await tellNow();
    await until(
      'the other one is sent',
      async () => (await times(other.transactionId, 'label.told')) === 1,
    );
    await tellNow();
    const later = await decided(stack, order());
    await chargeback(later.transactionId);
    await tellNow();
    await until(
      'a later one is sent',
      async () => (await toldOf(later.transactionId)).length === 1,
    );
    expect(await toldOf(transactionId)).toHaveLength(1);
    expect(await timeline(transactionId)).toContain('label.given_up');
    await stack.expectPrinted('"feedback_given_up"', transactionId);
    const alarms = stack
      .printed()
      .filter((line) => line.includes('"feedback_given_up"') && line.includes(transactionId));
    expect(alarms).toHaveLength(1);
  });

  it('never of an order that it has not scored', async () => {
    await stack.setFault('sardine', { status: 400, path: '/v1/issuing/risks' });
    const unknown = await decided(stack, order());
    await stack.setFault('sardine', undefined);
    const known = await decided(stack, order());
    await chargeback(unknown.transactionId);
    await chargeback(known.transactionId);
    await tellNow();
    await until(
      'the other one is sent',
      async () => (await toldOf(known.transactionId)).length === 1,
    );
    expect(await toldOf(unknown.transactionId)).toEqual([]);
  });
});
