import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CaseDetail } from '../../contracts/v1/cases.js';
import {
  decided,
  giveVerdict,
  lookUp,
  omsCallsOf,
  reaches,
  workflowIdOf,
} from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
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

const record = async (transactionId: string) =>
  (await stack.get(`/transaction/${transactionId}`)).json as {
    decision: Json;
    answered: Json;
    status: string;
  };

const caseOf = async (crossReference: string | undefined): Promise<CaseDetail> =>
  (await stack.get(`/v1/cases/${crossReference}`, 'reviewer')).json as CaseDetail;

const pendingActivities = async (body: Json): Promise<string[]> => {
  const { raw } = await stack.temporal.workflow.getHandle(workflowIdOf(body)).describe();
  return (raw.pendingActivities ?? []).map(({ activityType }) => activityType?.name ?? '');
};

/** The retry policy of each step: when Temporal gives up, and its longest pause. */
const triesOf = async (body: Json) => {
  const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
  const { events } = await handle.fetchHistory();
  const steps = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
  return Object.fromEntries(
    steps.map(({ activityType, retryPolicy, scheduleToCloseTimeout }) => [
      activityType?.name ?? '',
      {
        attemptsMax: Number(retryPolicy?.maximumAttempts),
        endsAfterS: Number(scheduleToCloseTimeout?.seconds),
        pauseMaxS: Number(retryPolicy?.maximumInterval?.seconds),
      },
    ]),
  );
};

const forEver = { attemptsMax: 0, endsAfterS: 0 };

describe('a vote that was missing', () => {
  it('comes later: with every vote accept the review ends by itself, once', async () => {
    await stack.setFault('yleo', { status: 500 });
    const body = order();
    const first = await stack.post('/transaction', body);
    expect(first.json).toMatchObject({ recommendationCode: 'review' });
    await stack.setFault('yleo', undefined);
    const transactionId = await reaches(stack, body, 'processed');
    const { decision, answered } = await record(transactionId);
    expect(answered).toEqual(first.json);
    expect(decision).toMatchObject({ recommendationCode: 'accept', totalScore: 0 });
    expect(decision['remarks']).toContain('every vote is accept');
    const [told, ...others] = await omsCallsOf(stack, body);
    expect([told?.action, told?.body.decision, others]).toEqual(['process', decision, []]);
    const shown = await caseOf(first.json?.['crossReference' as never]);
    expect(shown.verdicts).toMatchObject([{ source: 'partners', outcome: 'accept', round: 0 }]);
    expect(shown.timeline.map(({ action }) => action)).toContain('vote.late');
    expect(shown.lateAnswers).toMatchObject([{ partner: 'yleo', label: 'Approved' }]);
    const repeat = await stack.post('/transaction', body);
    expect(repeat.text).toBe(first.text);
  });

  it('comes last of two that were missing, and only then the review ends', async () => {
    await stack.setFault('yleo', { connection: 'reset' });
    await stack.setFault('sardine', { status: 503 });
    const body = order();
    const { transactionId, crossReference } = await decided(stack, body);
    await stack.setFault('sardine', undefined);
    await until('Sardine has answered late', async () => {
      const { lateAnswers } = await caseOf(crossReference);
      return lateAnswers.length === 1;
    });
    expect((await record(transactionId)).status).toBe('in_review');
    await stack.setFault('yleo', undefined);
    await reaches(stack, body, 'processed');
    expect((await omsCallsOf(stack, body)).map(({ action }) => action)).toEqual(['process']);
  });

  it('that turns out a reject cancels nothing: the case gets priority and shows it', async () => {
    await stack.setFault('yleo', { status: 500 });
    const body = order({}, '+yleo-declined');
    const { transactionId, crossReference } = await decided(stack, body);
    expect((await caseOf(crossReference)).priority).toBe('normal');
    await stack.setFault('yleo', undefined);
    const shown = await until('the late reject shows', async () => {
      const detail = await caseOf(crossReference);
      return detail.priority === 'high' && detail;
    });
    expect(shown.lateAnswers).toMatchObject([{ partner: 'yleo', label: 'Declined' }]);
    expect(shown).toMatchObject({ status: 'open', transactionStatus: 'in_review' });
    expect(await omsCallsOf(stack, body)).toEqual([]);
    expect((await giveVerdict(stack, transactionId, 'accept')).status).toBe(200);
    await reaches(stack, body, 'processed');
    expect((await omsCallsOf(stack, body)).map(({ action }) => action)).toEqual(['process']);
  });

  it('changes nothing after a person was first, and the asking ends', async () => {
    await stack.setFault('yleo', { connection: 'hang' });
    const body = order();
    const { transactionId } = await decided(stack, body);
    await until('Yleo is being asked again', async () =>
      (await pendingActivities(body)).includes('askYleoAgain'),
    );
    expect((await giveVerdict(stack, transactionId, 'reject')).status).toBe(200);
    await reaches(stack, body, 'cancelled');
    await stack.setFault('yleo', undefined);
    // No partner is asked about an order whose workflow has ended.
    const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
    expect(await handle.result()).toEqual({ outcome: 'reject', status: 'cancelled' });
    // No other step may ever give up: the order must reach everybody in the end.
    expect(await triesOf(body)).toEqual({
      askYleoAgain: { attemptsMax: 0, endsAfterS: 24 * 60 * 60, pauseMaxS: 5 * 60 },
      recordVerdict: { ...forEver, pauseMaxS: 30 },
      settleOrder: { ...forEver, pauseMaxS: 60 },
    });
    expect((await record(transactionId)).decision['recommendationCode']).toBe('reject');
    expect((await omsCallsOf(stack, body)).map(({ action }) => action)).toEqual(['cancel']);
  });

  it('and a reviewer concurrently: one of them wins, and OMS is called once', async () => {
    await stack.setFault('yleo', { latencyMs: 700 });
    const bodies = Array.from({ length: 4 }, () => order());
    const ids = await Promise.all(bodies.map(async (body) => decided(stack, body)));
    await stack.setFault('yleo', undefined);
    await until('the first late vote is in', async () => {
      const found = await Promise.all(bodies.map(async (body) => lookUp(stack, body)));
      return found.some((row) => row?.status !== 'in_review');
    });
    const replies = await Promise.all(
      ids.map(({ transactionId }) => giveVerdict(stack, transactionId, 'reject')),
    );
    await Promise.all(
      bodies.map(async (body, n) => {
        const isHuman = replies[n]?.status === 200;
        await reaches(stack, body, isHuman ? 'cancelled' : 'processed');
        expect((await omsCallsOf(stack, body)).map(({ action }) => action)).toEqual([
          isHuman ? 'cancel' : 'process',
        ]);
      }),
    );
  });

  it('that the partner refused for good is never asked for again', async () => {
    const body = order({}, '+yleo-permanent');
    await decided(stack, body);
    const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
    // The answer leaves before the task of the decision ends.
    const timers = await until('the first task has ended', async () => {
      const { events = [] } = await handle.fetchHistory();
      const hasEnded = events?.some((event) => event.workflowTaskCompletedEventAttributes);
      return hasEnded && events?.filter((event) => event.timerStartedEventAttributes);
    });
    // The only timer is the reviewers' reminder; asking again would begin with another one.
    expect(timers).toHaveLength(1);
    const asked = (await stack.calls('yleo')).filter((call) =>
      JSON.stringify(call.body).includes(String(body['orderId'])),
    );
    expect(asked).toHaveLength(1);
  });

  it('leaves an order with a reviewable score to a person, and the evidence grows', async () => {
    await stack.setFault('yleo', { status: 500 });
    const body = order({ creditCard: { avsResponse: 'G', expiryDate: '01-20' } });
    const { transactionId, crossReference } = await decided(stack, body);
    await stack.setFault('yleo', undefined);
    await until('Yleo has answered late', async () => {
      const { lateAnswers } = await caseOf(crossReference);
      return lateAnswers.length === 1;
    });
    expect((await record(transactionId)).status).toBe('in_review');
  });
});

describe('while every partner is down', () => {
  it('an order within the outage policy is accepted, marked, and asked about afterwards', async () => {
    const policy = { outage: { maxAutoAccept: 1_000_000 } };
    await stack.put('/v1/policies/o5a', { policy, note: 'a test' }, 'analyst');
    await until('the policy is in force in the worker', async () => {
      await stack.setFault('sardine', { status: 500 });
      await stack.setFault('yleo', { status: 500 });
      const { recommendationCode } = await decided(stack, order({ banner: 'o5a' }));
      return recommendationCode === 'accept';
    });
    const body = order({ banner: 'o5a' }, '+yleo-declined');
    const { transactionId, remarks } = await decided(stack, body);
    expect(remarks).toContain('Accepted during an outage of all partners');
    await stack.setFault('sardine', undefined);
    await stack.setFault('yleo', undefined);
    await stack.expectPrinted('accepted_then_rejected', transactionId);
    expect((await record(transactionId)).status).toBe('processed');
  });
});
