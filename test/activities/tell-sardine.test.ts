import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tellChargeback } from '../../activities/tell-chargeback.js';
import { listUntoldChargebacks } from '../../services/labels/chargeback-feedback.js';
import { withdrawLabel } from '../../services/labels/statements.js';
import { markSettled } from '../../services/transactions/settlement.js';
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
const later = expect.objectContaining({ type: 'FeedbackNotTaken', nonRetryable: false }) as unknown;

const settled = async (): Promise<string> => {
  const id = await own.scored('accept');
  await markSettled({ db: own.pool, now: new Date() }, id, 'process');
  return id;
};

/** One attempt to tell, of a telling that began some hours ago. */
const attempt = (transactionId: string, { hours = 0, attempt: number = 1 } = {}) => {
  const scheduledTimestampMs = Date.now() - hours * anHour;
  const info = { scheduledTimestampMs, attempt: number };
  return own.attempt(transactionId, () => own.activities.tellSardine({ transactionId }), info);
};

const toldCount = async (): Promise<number> =>
  (await own.calls('sardine')).filter((path) => path.endsWith('/v1/feedbacks')).length;

describe('telling Sardine how an order ended', () => {
  it.each([401, 403, 503])('is tried again after a %i: a stale key loses none', async (status) => {
    await own.fault('sardine', { status, ...feedbacks });
    const id = await settled();
    expect(await attempt(id)).toEqual(later);
    expect([await own.timeline(id), own.alarms]).toEqual([['settlement.done'], []]);
    await own.heal('sardine');
    expect(await attempt(id)).toBe('sent');
    expect(await own.timeline(id)).toEqual(['settlement.done', 'feedback.sent']);
  });

  it('goes on for a day; then it is given up with an alarm, and Sardine hears no more', async () => {
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
    const error = (await attempt(await settled(), { attempt: number })) as {
      readonly nextRetryDelay: number;
    };
    expect(error.nextRetryDelay).toBeGreaterThanOrEqual(0.75 * pauseMs);
    expect(error.nextRetryDelay).toBeLessThanOrEqual(1.25 * pauseMs);
  });
});

describe('telling Sardine of a chargeback', () => {
  const saidAt = new Date();

  /** A chargeback that Sardine is to be told of. */
  const chargeback = async () => {
    const transactionId = await own.scored('accept');
    const amount = { amount: 20, currency: 'USD', date: saidAt.toISOString().slice(0, 10) };
    const statement = { transactionId, kind: 'chargeback', ...amount };
    await resultsOf(say(own.pool, [statement], { now: saidAt }));
    const all = await listUntoldChargebacks({ db: own.pool }, { since: saidAt, limit: 100 });
    const found = all.find((one) => one.transactionId === transactionId);
    if (found === undefined) throw new Error('the chargeback is not listed');
    return found;
  };
  const tell = (given: Awaited<ReturnType<typeof chargeback>>, hours = 0) => {
    const now = () => new Date(saidAt.getTime() + hours * anHour);
    return tellChargeback({ ...own.deps, now })(given, new AbortController().signal);
  };

  it('goes on for a day after it was said; then it is given up, with an alarm', async () => {
    await own.fault('sardine', { status: 401, ...feedbacks });
    const given = await chargeback();
    expect(await tell(given, 23.9)).toBe('later');
    expect([await own.timeline(given.transactionId), own.alarms]).toEqual([['label.stated'], []]);
    expect(await tell(given, 24.1)).toBe('given_up');
    expect(await own.timeline(given.transactionId)).toEqual(['label.stated', 'label.given_up']);
    expect(own.alarms).toEqual(['feedback_given_up']);
  });

  it('is left alone when it was withdrawn after it was listed', async () => {
    const given = await chargeback();
    const withdrawal = { labelId: given.labelId, reason: 'a mistake' };
    await withdrawLabel({ db: own.pool, actor: analyst, now: saidAt }, withdrawal);
    const before = await toldCount();
    expect(await tell(given)).toBe('elsewhere');
    expect(await toldCount()).toBe(before);
  });

  it('is left alone when it was corrected after it was listed', async () => {
    const given = await chargeback();
    await say(own.pool, [{ transactionId: given.transactionId, kind: 'good' }], { now: saidAt });
    const before = await toldCount();
    expect(await tell(given)).toBe('elsewhere');
    expect(await toldCount()).toBe(before);
  });
});
