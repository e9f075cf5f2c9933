import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../contracts/hbc/decision.js';
import {
  decisionSignal,
  recheckSignal,
  stateQuery,
  submitDecisionUpdate,
  withdrawUpdate,
} from '../../workflows/order/messages.js';
import { until } from '../support/until.js';
import { type Desk, openDesk, standsAt, type Steps } from './order-desk.js';

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
});

afterAll(() => desk?.close());

/** Holds a step back until the test opens it. */
const createGate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
};

type Begun = Awaited<ReturnType<Desk['begin']>>;

const inReview = async (steps: Steps = {}, review = {}): Promise<Begun> => {
  const order = await desk.begin({ outcome: 'review', ...steps }, review);
  expect(await order.decision).toMatchObject({ inReview: true });
  return order;
};

const say = ({ handle }: Begun, recommendationCode: Verdict, more = {}) =>
  handle.executeUpdate(submitDecisionUpdate, { args: [{ recommendationCode, ...more }] });

const withdraw = ({ handle }: Begun, more = {}) =>
  handle.executeUpdate(withdrawUpdate, { args: [{ actor: 'oms:web', ...more }] });

/** The calls to OMS, in their order. */
const settlements = ({ calls }: Begun) => calls.filter((call) => call.startsWith('settle'));
const verdicts = ({ calls }: Begun) => calls.filter((call) => call.startsWith('verdict'));
const countOf = ({ calls }: Begun, step: string) => calls.filter((call) => call === step).length;

const refusedOnce = (): NonNullable<Steps['settle']> => {
  const dueAtMs = Date.now() + 3_600_000;
  const standing = standsAt('oms_rejected', 'review', 1, dueAtMs);
  return async ({ round }) => (round === 0 ? { kind: 'refused', dueAtMs, standing } : undefined);
};

describe.concurrent('an order that is decided at once', () => {
  it.each([
    ['accept', 'process', 'processed'],
    ['reject', 'cancel', 'cancelled'],
  ] as const)('%s: OMS gets one call, to %s', async (outcome, action, status) => {
    const order = await desk.begin({ outcome });
    expect(await order.decision).toEqual({ answer: `{"${outcome}":1}`, inReview: false });
    expect(await order.handle.result()).toEqual({ outcome, status });
    expect(settlements(order)).toEqual([`settle:${action}:0`]);
    expect(verdicts(order)).toEqual([]);
  });

  it('answers a verdict by what it was decided to be', async () => {
    const gate = createGate();
    const order = await desk.begin({
      settle: async () => {
        await gate.opened;
        return undefined;
      },
    });
    await order.decision;
    const told = { result: 'already_decided', recommendationCode: 'accept' };
    expect(await say(order, 'reject')).toEqual(told);
    expect(await withdraw(order)).toEqual({ result: 'not_in_review' });
    gate.open();
    expect(await order.handle.result()).toMatchObject({ status: 'processed' });
    expect(verdicts(order)).toEqual([]);
  });

  it('has the status deciding while it is', async () => {
    const gate = createGate();
    const order = await desk.begin({ score: () => gate.opened });
    expect(await say(order, 'accept')).toEqual({ result: 'deciding' });
    expect(await withdraw(order)).toEqual({ result: 'deciding' });
    gate.open();
    expect(await order.handle.result()).toMatchObject({ outcome: 'accept' });
  });

  it('is not ended by a cancellation of its workflow', async () => {
    const order = await inReview();
    await order.handle.cancel();
    expect(await say(order, 'accept')).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toEqual({ outcome: 'accept', status: 'processed' });
  });
});

describe.concurrent('an order that may be settled in the task of its decision', () => {
  const begin = (steps: Steps, given = { answeredByNotice: true }) =>
    desk.begin({ ...steps, decision: { settlesAtOnce: true, ...steps.decision } }, {}, given);
  const eventsOf = async ({ handle }: Begun) => (await handle.fetchHistory()).events ?? [];
  const tasksOf = async (order: Begun): Promise<number> =>
    (await eventsOf(order)).filter((event) => event.workflowTaskCompletedEventAttributes).length;

  it.each([
    ['accept', 'process', 'processed'],
    ['reject', 'cancel', 'cancelled'],
  ] as const)('%s: OMS gets one call, and one task does all', async (outcome, action, status) => {
    const order = await begin({ outcome });
    expect(await order.handle.result()).toEqual({ outcome, status });
    expect(settlements(order)).toEqual([`settle-at-once:${action}:0`]);
    expect(await tasksOf(order)).toBe(1);
    expect((await eventsOf(order)).length).toBe(13);
  });

  it('is settled by the durable step when OMS does not answer in time', async () => {
    const order = await begin({ atOnce: () => Promise.reject(new Error('no answer')) });
    expect(await order.handle.result()).toEqual({ outcome: 'accept', status: 'processed' });
    expect(settlements(order)).toEqual(['settle-at-once:process:0', 'settle:process:0']);
    await desk.replay(order);
  });

  it('is not sent again before OMS may be called again', async () => {
    const notBefore: (number | undefined)[] = [];
    const order = await begin({
      atOnce: async () => ({ kind: 'unavailable', notBeforeMs: 123 }),
      settle: async ({ notBeforeMs }) => {
        notBefore.push(notBeforeMs);
        return undefined;
      },
    });
    expect(await order.handle.result()).toMatchObject({ status: 'processed' });
    expect(notBefore).toEqual([123]);
  });

  it('goes to review when OMS refuses, and is settled by the verdict', async () => {
    const dueAtMs = Date.now() + 3_600_000;
    const standing = standsAt('oms_rejected', 'review', 1, dueAtMs);
    const order = await begin({ atOnce: async () => ({ kind: 'refused', dueAtMs, standing }) });
    await order.decision;
    expect(await say(order, 'accept', { round: 1 })).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toEqual({ outcome: 'accept', status: 'processed' });
    expect(settlements(order)).toEqual(['settle-at-once:process:0', 'settle:process:1']);
  });

  it('asks for waived votes afterwards', async () => {
    const order = await begin({ decision: { askAgain: ['yleo'] } });
    expect(await order.handle.result()).toMatchObject({ status: 'processed' });
    expect(countOf(order, 'again:yleo')).toBe(1);
  });

  it('is settled after its task when its caller gets the answer only with that', async () => {
    const order = await begin({}, { answeredByNotice: false });
    expect(await order.handle.result()).toMatchObject({ status: 'processed' });
    expect(settlements(order)).toEqual(['settle:process:0']);
  });

  it('is not settled while it waits for a person', async () => {
    const order = await begin({ outcome: 'review' });
    expect(await order.decision).toMatchObject({ inReview: true });
    expect(await say(order, 'reject')).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toMatchObject({ status: 'cancelled' });
    expect(settlements(order)).toEqual(['settle:cancel:0']);
  });
});

describe.concurrent('a check of a partner', () => {
  it('that throws twice is a missing vote', async () => {
    const order = await desk.begin({
      check: async (partner) => {
        if (partner === 'sardine') throw new Error('a fault of ours');
        return { kind: 'not_configured', partner } as never;
      },
    });
    await order.decision;
    const [input] = order.decided;
    expect(input?.answers[0]).toMatchObject({
      ...{ kind: 'unavailable', partner: 'sardine', fault: 'timeout', retryable: true },
    });
    expect(countOf(order, 'check:sardine')).toBe(2);
  });

  it('that was not made for a cause of ours is repeated, and its answer counts', async () => {
    const order = await desk.begin({
      check: async (partner, attempt) =>
        attempt === 1 && partner === 'yleo' ? { kind: 'not_made', partner } : (undefined as never),
    });
    await order.decision;
    expect(order.decided[0]?.answers.map(({ kind }) => kind)).toEqual(['answered', 'answered']);
    expect(countOf(order, 'check:yleo')).toBe(2);
  });
});

describe.concurrent('a review', () => {
  it.each([
    ['accept', 'settle:process:0', 'processed'],
    ['reject', 'settle:cancel:0', 'cancelled'],
  ] as const)('ends by a verdict, %s, with one call to OMS', async (verdict, call, status) => {
    const order = await inReview();
    expect(await say(order, verdict, { reviewer: 'alice' })).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toEqual({ outcome: verdict, status });
    expect(verdicts(order)).toEqual([`verdict:api:alice:${verdict}:0`]);
    expect(settlements(order)).toEqual([call]);
  });

  it('ends by a signal as well, however it is spelt', async () => {
    const order = await inReview();
    await order.handle.signal(decisionSignal, { recommendationCode: ' REJECT ' } as never);
    expect(await order.handle.result()).toMatchObject({ status: 'cancelled' });
    expect(verdicts(order)).toEqual(['verdict:signal:signal:reject:0']);
  });

  it('ends by a signal that comes while the workflow decides, or decides again', async () => {
    const gate = createGate();
    const order = await desk.begin({ outcome: 'review', score: () => gate.opened });
    await order.handle.signal(decisionSignal, { recommendationCode: 'reject' });
    await order.handle.signal(decisionSignal, { recommendationCode: 'accept' });
    expect(await say(order, 'accept')).toEqual({ result: 'deciding' });
    gate.open();
    expect(await order.handle.result()).toMatchObject({ status: 'cancelled' });
    expect(verdicts(order)).toEqual(['verdict:signal:signal:reject:0']);
  });

  it('accepts the first of many verdicts, and answers the others', async () => {
    const order = await inReview();
    const receipts = await Promise.all([
      ...(['accept', 'reject', 'accept', 'reject'] as const).map((one) => say(order, one)),
    ]);
    expect(receipts.filter(({ result }) => result === 'accepted')).toHaveLength(1);
    expect(receipts.filter(({ result }) => result === 'already_decided')).toHaveLength(3);
    const { outcome } = await order.handle.result();
    expect(verdicts(order)).toEqual([`verdict:api:api:${outcome}:0`]);
    expect(settlements(order)).toHaveLength(1);
  });

  it.each([
    ['no object', 'accept'],
    ['another outcome', { recommendationCode: 'review' }],
    ['a reviewer that is a number', { recommendationCode: 'accept', reviewer: 7 }],
    ['a round that is none', { recommendationCode: 'accept', round: 'x' }],
    ['NUL in the remarks', { recommendationCode: 'accept', remarks: 'a\0b' }],
  ])('is not harmed by a message with %s', async (_what, message) => {
    const order = await inReview();
    await order.handle.signal(decisionSignal, message as never);
    await expect(
      order.handle.executeUpdate(submitDecisionUpdate, { args: [message as never] }),
    ).rejects.toThrow('Update failed');
    expect(await order.handle.query(stateQuery)).toMatchObject({ status: 'in_review' });
    expect(await say(order, 'accept')).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toMatchObject({ status: 'processed' });
  });

  it('accepts no verdict that is meant for another round', async () => {
    const order = await inReview();
    expect(await say(order, 'accept', { round: 3 })).toEqual({ result: 'other_round' });
    expect(await say(order, 'accept', { round: 0 })).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toMatchObject({ status: 'processed' });
  });

  it('is withdrawn once, and OMS gets no call', async () => {
    const order = await inReview();
    const receipts = await Promise.all([withdraw(order), withdraw(order), withdraw(order)]);
    expect(receipts).toEqual(receipts.map(() => ({ result: 'withdrawn' })));
    expect(await order.handle.result()).toMatchObject({ status: 'withdrawn' });
    expect(order.calls.filter((call) => call.startsWith('withdrawal'))).toEqual([
      'withdrawal:oms:web',
    ]);
    expect([...settlements(order), ...verdicts(order)]).toEqual([]);
  });

  it('publishes its status, until its end', async () => {
    const order = await inReview();
    const view = await order.handle.query(stateQuery);
    expect(view).toMatchObject({ status: 'in_review', recommendationCode: 'review' });
    expect(Date.parse(view.dueAt ?? '')).toBeGreaterThan(Date.now());
    await say(order, 'accept');
    await order.handle.result();
    expect(await order.handle.query(stateQuery)).toMatchObject({
      status: 'processed',
      dueAt: null,
      settlement: { action: 'process', result: 'done' },
    });
  });
});

describe.concurrent('the deadline of a review', () => {
  it.each(['accept', 'reject'] as const)('%ss the order when nobody does', async (expireAction) => {
    const order = await inReview({}, { remindAfterMs: 500, expireAfterMs: 4000, expireAction });
    expect(await order.handle.result()).toMatchObject({ outcome: expireAction });
    expect(countOf(order, 'remind:1')).toBe(1);
    expect(verdicts(order)).toEqual([`verdict:expiry:deadline:${expireAction}:0`]);
    expect(settlements(order)).toHaveLength(1);
  });

  it('keeps the case open where the policy says so, and a reviewer decides it later', async () => {
    const times = { remindAfterMs: 100, expireAfterMs: 300, expireAction: 'keep' };
    const order = await inReview({}, times);
    await until('it is called to mind', async () => order.calls.includes('remind:1'));
    await pause(500);
    expect(await order.handle.query(stateQuery)).toMatchObject({ status: 'in_review' });
    expect(await say(order, 'reject')).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toMatchObject({ status: 'cancelled' });
  });

  it('acts as soon as a reminder is done that took longer', async () => {
    const order = await inReview(
      {
        remind: async () => {
          await pause(800);
          return undefined;
        },
      },
      { remindAfterMs: 100, expireAfterMs: 400, expireAction: 'reject' },
    );
    expect(await order.handle.result()).toMatchObject({ status: 'cancelled' });
  });

  it('is no reminder when it comes first', async () => {
    const times = { remindAfterMs: 5000, expireAfterMs: 200, expireAction: 'reject' };
    const order = await inReview({}, times);
    await order.handle.result();
    expect(order.calls.some((call) => call.startsWith('remind'))).toBe(false);
  });
});

describe.concurrent('an order that OMS refuses', () => {
  it('goes to a person again, whose other verdict is carried out', async () => {
    const order = await desk.begin({ settle: refusedOnce() });
    await order.decision;
    await until('it is open again', async () => {
      const { status } = await order.handle.query(stateQuery);
      return status === 'oms_rejected';
    });
    expect(await say(order, 'reject', { round: 0 })).toEqual({ result: 'other_round' });
    expect(await say(order, 'reject', { round: 1 })).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toEqual({ outcome: 'reject', status: 'cancelled' });
    expect(settlements(order)).toEqual(['settle:process:0', 'settle:cancel:1']);
    expect(verdicts(order)).toEqual(['verdict:api:api:reject:1']);
  });

  it('can be withdrawn then', async () => {
    const order = await inReview({ settle: refusedOnce() });
    await say(order, 'accept');
    await until('it is open again', async () => {
      const { status } = await order.handle.query(stateQuery);
      return status === 'oms_rejected';
    });
    expect(await withdraw(order)).toEqual({ result: 'withdrawn' });
    expect(await order.handle.result()).toMatchObject({ status: 'withdrawn' });
    expect(settlements(order)).toEqual(['settle:process:0']);
  });
});

describe.concurrent('what is stored beats what the workflow remembers', () => {
  it('of the decision: an order that was settled is left alone', async () => {
    const order = await desk.begin({
      outcome: 'review',
      decision: { standing: standsAt('cancelled', 'reject') },
    });
    expect(await order.handle.result()).toEqual({ outcome: 'reject', status: 'cancelled' });
    expect(settlements(order)).toEqual([]);
  });

  it('of the decision: a review continues in its round', async () => {
    const standing = standsAt('oms_rejected', 'review', 2, Date.now() + 3_600_000);
    const order = await inReview({ decision: { standing } });
    expect(await say(order, 'accept', { round: 2 })).toEqual({ result: 'accepted' });
    await order.handle.result();
    expect(settlements(order)).toEqual(['settle:process:2']);
  });

  it('of the verdict: OMS gets the stored one', async () => {
    const order = await inReview({ verdict: async () => standsAt('settling', 'reject') });
    await say(order, 'accept');
    expect(await order.handle.result()).toEqual({ outcome: 'reject', status: 'cancelled' });
    expect(settlements(order)).toEqual(['settle:cancel:0']);
  });

  it('of the settlement: nothing to settle ends nothing that is open', async () => {
    const order = await desk.begin({
      settle: async ({ round }) =>
        round === 0
          ? { kind: 'not_due', standing: standsAt('in_review', 'review', 1, Date.now() + 60_000) }
          : undefined,
    });
    await order.decision;
    await until('it waits for a person', async () => {
      const { status } = await order.handle.query(stateQuery);
      return status === 'in_review';
    });
    expect(await say(order, 'accept')).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toMatchObject({ status: 'processed' });
  });

  it('once a signal asks for a recheck', async () => {
    const order = await inReview({ standing: () => standsAt('processed', 'accept') });
    await order.handle.signal(recheckSignal);
    expect(await order.handle.result()).toEqual({ outcome: 'accept', status: 'processed' });
    expect(settlements(order)).toEqual([]);
  });

  it('and a needless recheck changes nothing', async () => {
    const order = await inReview();
    await order.handle.signal(recheckSignal);
    await until('it has looked', async () => order.calls.includes('readStanding'));
    expect(await say(order, 'accept')).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toMatchObject({ status: 'processed' });
  });
});

describe.concurrent('a vote that was missing', () => {
  const missing = { decision: { askAgain: ['yleo'] as const } };
  const heard = (outcome: 'accept' | 'review' | 'reject') => ({
    late: async () => ({ kind: 'heard', outcome, votes: [] }) as const,
  });

  it('ends the review when all are accept at last', async () => {
    const order = await inReview({ ...missing, ...heard('accept') });
    expect(await order.handle.result()).toEqual({ outcome: 'accept', status: 'processed' });
    expect(verdicts(order)).toEqual(['verdict:partners:system:accept:0']);
  });

  it.each(['review', 'reject'] as const)('leaves a %s to a person', async (outcome) => {
    const order = await inReview({ ...missing, ...heard(outcome) });
    await until('the partner has answered', async () => order.calls.includes('again:yleo'));
    await pause(300);
    expect(await order.handle.query(stateQuery)).toMatchObject({ status: 'in_review' });
    expect(await say(order, 'reject')).toEqual({ result: 'accepted' });
    expect(await order.handle.result()).toMatchObject({ status: 'cancelled' });
  });

  it('is not asked for once a reviewer has decided', async () => {
    const order = await inReview({ ...missing, ...heard('accept') });
    await say(order, 'reject');
    expect(await order.handle.result()).toMatchObject({ status: 'cancelled' });
    expect(order.calls).not.toContain('again:yleo');
    expect(settlements(order)).toEqual(['settle:cancel:0']);
  });

  it('that a policy waived is asked for after the settlement, and changes nothing', async () => {
    const order = await desk.begin({ ...missing, ...heard('reject') });
    expect(await order.handle.result()).toEqual({ outcome: 'accept', status: 'processed' });
    const [settled, asked] = ['settle:process:0', 'again:yleo'].map((call) =>
      order.calls.indexOf(call),
    );
    expect(settled).toBeLessThan(asked ?? -1);
    expect(settlements(order)).toEqual(['settle:process:0']);
  });
});

describe.concurrent('a step that fails on the answer path', () => {
  it('is finally made by a regular activity, so that its retries fill no history', async () => {
    const isAway = Date.now() + 15_500;
    const order = await desk.begin({
      score: async () => {
        if (Date.now() < isAway) throw new Error('Postgres is away');
      },
    });
    expect(await order.handle.result()).toMatchObject({ status: 'processed' });
    const { events } = await order.handle.fetchHistory();
    expect(events?.length).toBeLessThan(60);
    const scheduled = (events ?? []).filter(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'score',
    );
    expect(scheduled).toHaveLength(1);
  });
});
