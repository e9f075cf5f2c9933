import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from '../../db/audit.js';
import { findCaseOfTransaction } from '../../db/cases.js';
import { findTransaction } from '../../db/transactions.js';
import { remindCase } from '../../services/cases/rounds.js';
import { type Activities, startActivities } from './fixture.js';

const now = new Date('2026-11-21T12:00:00Z');
const reviewExpireAfterMs = 7 * 24 * 3_600_000;

let own: Activities;
beforeAll(async () => {
  own = await startActivities({ now: () => now });
});
afterEach(async () => {
  await own.heal('oms');
  own.alarms.length = 0;
});
afterAll(() => own?.stop());

const settle = (transactionId: string, round = 0, onHeartbeat?: () => void) => {
  const step = () =>
    own.activities.settleOrder({
      ...{ transactionId, banner: 's5a', orderId: 'any', action: 'process' },
      ...{ round, reviewExpireAfterMs },
    });
  return own.attempt(transactionId, step, {}, onHeartbeat);
};

const refusals = async (transactionId: string) =>
  (await listAudit(own.pool, transactionId)).filter(
    ({ action }) => action === 'settlement.refused',
  );

describe('an order that OMS refuses', () => {
  it('reopens in the next round, with a full deadline and one audit row', async () => {
    const id = await own.orders.decided('accept', now.getTime());
    await own.fault('oms', { status: 422 });
    const dueAtMs = now.getTime() + reviewExpireAfterMs;
    const standing = { status: 'oms_rejected', outcome: 'review', round: 1, dueAtMs };
    expect(await settle(id)).toEqual({ kind: 'refused', dueAtMs, standing });
    expect(await settle(id)).toEqual({ kind: 'refused', dueAtMs, standing });
    expect(await own.calls('oms')).toHaveLength(1);
    expect(await refusals(id)).toMatchObject([
      { actor: 'system', details: { action: 'process', omsStatus: 422, round: 1 } },
    ]);
    expect(own.alarms).toEqual(['oms_refused']);
  });

  it('gets reminders again in each round, however many it got in the one before', async () => {
    const id = await own.orders.decided('review', now.getTime());
    const remind = (round: number, number: number) =>
      remindCase({ db: own.pool, now }, { transactionId: id, round, number });
    expect([await remind(0, 1), await remind(0, 2)]).toEqual([true, true]);
    await own.orders.verdict(id, 'accept', now.getTime());
    await own.fault('oms', { status: 422 });
    await settle(id);
    expect(await findCaseOfTransaction(own.pool, id)).toMatchObject({ round: 1, reminders: 0 });
    expect([await remind(1, 1), await remind(1, 1)]).toEqual([true, false]);
  });
});

describe('an order of which Postgres has an earlier state than the workflow', () => {
  const behind = { type: 'PostgresBehind' };

  it('is not settled while its verdict is missing: neither in an open nor in an earlier round', async () => {
    const open = await own.orders.decided('review', now.getTime());
    const earlier = await own.orders.decided('accept', now.getTime());
    const before = (await own.calls('oms')).length;
    expect(await settle(open)).toMatchObject(behind);
    expect(await settle(earlier, 1)).toMatchObject(behind);
    expect(await own.calls('oms')).toHaveLength(before);
    expect(own.alarms).toEqual([]);
  });

  it('is not followed back by a verdict or a withdrawal of a later round', async () => {
    const id = await own.orders.decided('accept', now.getTime());
    const verdict = { outcome: 'reject', source: 'api', reviewer: 'ann', remarks: '' } as const;
    const { recordVerdict, recordWithdrawal } = own.activities;
    const round = { transactionId: id, round: 1 };
    const steps = [
      () => recordVerdict({ ...round, ...verdict }),
      () => recordWithdrawal({ ...round, actor: 'oms:shop' }),
    ];
    for (const step of steps) expect(await own.attempt(id, step)).toMatchObject(behind);
  });
});

describe('an OMS that does not answer', () => {
  it('is called again, and Temporal hears meanwhile that the worker lives', async () => {
    const id = await own.orders.decided('accept', now.getTime());
    await own.fault('oms', { connection: 'hang', actsFirst: true });
    let heartbeats = 0;
    const ended = await settle(id, 0, () => void (heartbeats += 1));
    expect(ended).toMatchObject({ type: 'OmsUnavailable' });
    expect(heartbeats).toBeGreaterThan(0);
  });
});

describe('the settlement in the workflow task of the decision', () => {
  const decided = async () => {
    const id = await own.orders.decided('accept', now.getTime());
    const [, orderId = ''] = (await findTransaction(own.pool, id))?.workflow_id.split(':') ?? [];
    const order = { transactionId: id, banner: 's5a', orderId, action: 'process' } as const;
    const input = { ...order, round: 0, reviewExpireAfterMs };
    const { settleAtOnce, settleOrder } = own.activities;
    return {
      atOnce: () => own.attempt(id, () => settleAtOnce(input)),
      later: (notBeforeMs = 0, attempt = 1) =>
        own.attempt(id, () => settleOrder({ ...input, notBeforeMs }), { attempt }),
    };
  };

  it('calls OMS once, and a later try finds it done', async () => {
    const { atOnce, later } = await decided();
    const before = (await own.calls('oms')).length;
    const standing = { status: 'processed', outcome: 'accept', round: 0, dueAtMs: null };
    expect(await atOnce()).toEqual({ kind: 'done', standing });
    expect(await later()).toEqual({ kind: 'done', standing });
    expect(await own.calls('oms')).toHaveLength(before + 1);
  });

  it('gives up after three seconds, and is not tried again before OMS has answered', async () => {
    const { atOnce, later } = await decided();
    await own.fault('oms', { connection: 'hang' });
    const beganMs = performance.now();
    expect(await atOnce()).toEqual({ kind: 'unavailable', notBeforeMs: now.getTime() + 1000 });
    expect(performance.now() - beganMs).toBeLessThan(4000);
    expect(own.deps.pace.mayAtOnce()).toBe(false);
    await own.heal('oms');
    expect(await later()).toMatchObject({ kind: 'done' });
    expect(own.deps.pace.mayAtOnce()).toBe(true);
  });

  it('is followed by another after the pause that OMS asks for, and not by one at once', async () => {
    const { atOnce, later } = await decided();
    await own.fault('oms', { times: 1, status: 429, retryAfter: '3' });
    const notBeforeMs = now.getTime() + 3000;
    expect(await atOnce()).toEqual({ kind: 'unavailable', notBeforeMs });
    const before = (await own.calls('oms')).length;
    expect(await later(notBeforeMs)).toMatchObject({ nextRetryDelay: 3000 });
    expect(await own.calls('oms')).toHaveLength(before);
    expect(await later(notBeforeMs, 2)).toMatchObject({ kind: 'done' });
  });
});
