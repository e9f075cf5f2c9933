import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendOutcomes } from '../../activities/tell-sardine.js';
import { createUpkeepActivities } from '../../activities/upkeep/create-upkeep-activities.js';
import type { ChargebackAttempt } from '../../activities/upkeep/tell-chargeback.js';
import { listUnreportedChargebacks, markGivenUp } from '../../services/sardine-feedback.js';
import { withdrawLabel } from '../../services/labels/statements.js';
import { markSettled } from '../../services/transactions/settlement.js';
import { recordLateVote } from '../../services/transactions/partner-answers.js';
import { dispatch, dueIn } from '../services/due-work.js';
import { analyst, resultsOf, say } from '../services/labels-fixture.js';
import { type Activities, anHour, startActivities } from './fixture.js';

let own: Activities;
beforeAll(async () => {
  own = await startActivities();
});
afterEach(async () => {
  await own.heal('sardine');
  own.alarms.length = 0;
});
afterAll(() => own?.stop());

const feedbacks = { path: '/v1/feedbacks' };
const later = { later: expect.any(String) as string };

const settled = async (): Promise<string> => {
  const id = await own.scored('accept');
  await settle(id);
  await dispatch(own.pool);
  return id;
};

const settle = (id: string) => markSettled({ db: own.pool, now: new Date() }, id, 'process');

/** Sends everything that is due now. Returns the result for one order. */
const tell = async (transactionId: string) => {
  await dispatch(own.pool);
  await own.pool.query(`update due_work set due_at = now() - interval '1 second'`);
  const { signal } = new AbortController();
  return (await sendOutcomes(own.deps, { limit: 100, signal })).results.get(transactionId);
};

/** One attempt to send feedback that became due some hours ago. */
const attempt = async (transactionId: string, { hours = 0, attempt: number = 1 } = {}) => {
  await own.pool.query(
    `update due_work set since = now() - $2 * interval '1 hour', attempts = $3 where key = $1`,
    [transactionId, hours, number - 1],
  );
  return tell(transactionId);
};

const toldCount = async (): Promise<number> =>
  (await own.calls('sardine')).filter((path) => path.endsWith('/v1/feedbacks')).length;

describe("sending Sardine an order's outcome", () => {
  it.each([401, 403, 503])('is tried again after a %i: a stale key loses none', async (status) => {
    await own.fault('sardine', { status, ...feedbacks });
    const id = await settled();
    expect(await attempt(id)).toEqual(later);
    expect([await own.timeline(id), own.alarms]).toEqual([['settlement.done'], []]);
    await own.heal('sardine');
    expect(await attempt(id)).toBe('sent');
    expect(await own.timeline(id)).toEqual(['settlement.done', 'feedback.sent']);
  });

  it('is retried for a day; then it is given up with an alarm, and Sardine gets no more calls', async () => {
    await own.fault('sardine', { status: 503, ...feedbacks });
    const id = await settled();
    expect(await attempt(id, { hours: 23.9 })).toEqual(later);
    const before = await toldCount();
    expect(await attempt(id, { hours: 24.1 })).toBe('given_up');
    expect(await toldCount()).toBe(before);
    expect(await own.timeline(id)).toEqual(['settlement.done', 'feedback.given_up']);
    expect(own.alarms).toEqual(['feedback_given_up']);
  });

  it('ends at once when Sardine refuses it', async () => {
    await own.fault('sardine', { status: 400, ...feedbacks });
    const id = await settled();
    expect(await attempt(id)).toBe('given_up');
    expect(own.alarms).toEqual(['feedback_given_up']);
  });

  it('waits while Sardine is switched off', async () => {
    own.switchedOff.add('sardine');
    const before = await toldCount();
    expect(await attempt(await settled())).toEqual(later);
    own.switchedOff.clear();
    expect(await toldCount()).toBe(before);
  });

  it.each([
    [1, 5000],
    [3, 20_000],
    [40, 15 * 60_000],
  ])('after attempt %i the pause is %i ms, varied by a quarter', async (number, pauseMs) => {
    await own.fault('sardine', { status: 503, ...feedbacks });
    const id = await settled();
    const startedAtMs = Date.now();
    await attempt(id, { attempt: number });
    const due = (await dueIn(own.pool, 'sardine_feedback')).find(({ key }) => key === id);
    const waitsMs = (due?.due_at.getTime() ?? 0) - startedAtMs;
    expect(waitsMs).toBeGreaterThanOrEqual(0.75 * pauseMs);
    expect(waitsMs).toBeLessThanOrEqual(1.25 * pauseMs + Date.now() - startedAtMs);
  });

  it('is done once, although the step of an older workflow asks for it as well', async () => {
    const id = await settled();
    const step = () => own.activities.tellSardine({ transactionId: id });
    expect(await own.attempt(id, step)).toBe('owed');
    expect(await tell(id)).toBe('sent');
    expect(await own.attempt(id, step)).toBe('owed');
    expect(await tell(id)).toBeUndefined();
    expect(await own.timeline(id)).toEqual(['settlement.done', 'feedback.sent']);
    expect((await own.toldOf()).filter((told) => told === id)).toHaveLength(1);
  });

  it('is done where its vote came only after the settlement, and once where it came between', async () => {
    const vote = { outcome: 'accept', label: 'low', priority: 'normal', evidence: {} } as const;
    const answer = { kind: 'answered', partner: 'sardine', latencyMs: 5, ...vote } as const;
    const hear = async (transactionId: string) => {
      const policy = own.deps.controls().policies.s5a.policy;
      await recordLateVote({ db: own.pool, now: new Date() }, { transactionId, answer, policy });
    };
    const after = await own.orders.decided('accept', Date.now());
    await settle(after);
    expect(await tell(after)).toBeUndefined();
    await hear(after);
    expect(await tell(after)).toBe('sent');
    const between = await own.orders.decided('accept', Date.now());
    await hear(between);
    await settle(between);
    expect(await tell(between)).toBe('sent');
    expect(await tell(between)).toBeUndefined();
    const never = await own.orders.decided('accept', Date.now());
    await settle(never);
    expect(await tell(never)).toBeUndefined();
    const told = await own.toldOf();
    for (const id of [after, between]) expect(told.filter((one) => one === id)).toHaveLength(1);
  });
});

describe('sending Sardine a chargeback', () => {
  const saidAt = new Date();

  /** A chargeback to report to Sardine. */
  const chargeback = async () => {
    const transactionId = await own.scored('accept');
    const amount = { amount: 20, currency: 'USD', date: saidAt.toISOString().slice(0, 10) };
    const statement = { transactionId, kind: 'chargeback', ...amount };
    await resultsOf(say(own.pool, [statement], { now: saidAt }));
    const all = await listUnreportedChargebacks({ db: own.pool }, { since: saidAt, limit: 100 });
    const found = all.find((one) => one.transactionId === transactionId);
    if (found === undefined) throw new Error('the chargeback is not listed');
    return found;
  };
  /** Reports a chargeback as the workflow does, some hours after it was stated. */
  const tellOf = async (given: Awaited<ReturnType<typeof chargeback>>, hours = 0) => {
    const now = () => new Date(saidAt.getTime() + hours * anHour);
    const steps = createUpkeepActivities({ ...own.deps, now });
    const { labelId, transactionId } = given;
    const step = () => steps.tellChargeback({ labelId });
    const result = (await own.attempt(transactionId, step)) as ChargebackAttempt;
    if ('transactionId' in result) {
      const note = { ...result, labelId };
      await Promise.all([steps.noteChargeback(note), steps.noteChargeback(note)]);
    }
    return result.kind;
  };

  it('is retried for a day after its statement; then it is given up, with an alarm', async () => {
    await own.fault('sardine', { status: 401, ...feedbacks });
    const given = await chargeback();
    expect(await tellOf(given, 23.9)).toBe('later');
    expect([await own.timeline(given.transactionId), own.alarms]).toEqual([['label.stated'], []]);
    expect(await tellOf(given, 24.1)).toBe('given_up');
    expect(await own.timeline(given.transactionId)).toEqual(['label.stated', 'label.given_up']);
    expect(new Set(own.alarms)).toEqual(new Set(['feedback_given_up']));
    expect(await tellOf(given, 24.2)).toBe('elsewhere');
  });

  it('is given up once, although many workers note it at the same moment', async () => {
    const { labelId, transactionId } = await chargeback();
    const given = { labelId, transactionId };
    const now = new Date();
    await Promise.all(Array.from({ length: 8 }, () => markGivenUp({ db: own.pool, now }, given)));
    expect(await own.timeline(transactionId)).toEqual(['label.stated', 'label.given_up']);
  });

  it('is stored once although the write is repeated, and then not sent again', async () => {
    const given = await chargeback();
    expect(await tellOf(given)).toBe('told');
    expect(await own.timeline(given.transactionId)).toEqual(['label.stated', 'label.told']);
    expect(await tellOf(given)).toBe('elsewhere');
  });

  it('waits while Sardine is switched off, and is not listed then', async () => {
    const given = await chargeback();
    const before = await toldCount();
    own.switchedOff.add('sardine');
    const listed = await createUpkeepActivities(own.deps).listChargebacks();
    expect([listed.labelIds, await tellOf(given, 24.1)]).toEqual([[], 'later']);
    own.switchedOff.clear();
    expect(await toldCount()).toBe(before);
  });

  it('is left alone when it was withdrawn after it was listed', async () => {
    const given = await chargeback();
    const withdrawal = { labelId: given.labelId, reason: 'a mistake' };
    await withdrawLabel({ db: own.pool, actor: analyst, now: saidAt }, withdrawal);
    const before = await toldCount();
    expect(await tellOf(given)).toBe('elsewhere');
    expect(await toldCount()).toBe(before);
  });

  it('is left alone when it was corrected after it was listed', async () => {
    const given = await chargeback();
    await say(own.pool, [{ transactionId: given.transactionId, kind: 'good' }], { now: saidAt });
    const before = await toldCount();
    expect(await tellOf(given)).toBe('elsewhere');
    expect(await toldCount()).toBe(before);
  });
});
