import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decideOrder } from '../services/labels-fixture.js';
import type { PartnerAnswer } from '../../domain/votes.js';
import { type Activities, startActivities } from './fixture.js';

let own: Activities;
beforeAll(async () => {
  own = await startActivities();
});
afterEach(async () => {
  await own.heal('yleo');
  own.alarms.length = 0;
});
afterAll(() => own?.stop());

const silent: PartnerAnswer = {
  ...{ partner: 'yleo', fault: 'timeout', retryable: true, latencyMs: 1 },
  kind: 'unavailable',
};

const waiting = async (): Promise<string> => {
  const id = await own.orders.open({});
  await decideOrder(own.pool, id, { answers: [silent], at: new Date() });
  return id;
};

const ask = (transactionId: string, attempt = 1) =>
  own.attempt(transactionId, () => own.activities.askYleoAgain({ transactionId, banner: 's5a' }), {
    attempt,
  });

describe('asking a partner again', () => {
  it('asks that partner, and counts its vote once', async () => {
    const id = await waiting();
    const heard = { kind: 'heard', outcome: 'accept' };
    expect([await ask(id), await ask(id)]).toMatchObject([heard, heard]);
    expect(await own.calls('yleo')).toHaveLength(1);
    expect(await own.timeline(id)).toEqual(['vote.late']);
  });

  it.each([
    [1, 5000],
    [4, 40_000],
    [40, 5 * 60_000],
  ])('after attempt %i in vain waits for %i ms, varied by a quarter', async (attempt, pauseMs) => {
    await own.fault('yleo', { status: 500 });
    const error = await ask(await waiting(), attempt);
    expect(error).toMatchObject({ type: 'PartnerSilent', nonRetryable: false });
    const { nextRetryDelay } = error as { readonly nextRetryDelay: number };
    expect(nextRetryDelay).toBeGreaterThanOrEqual(0.75 * pauseMs);
    expect(nextRetryDelay).toBeLessThanOrEqual(1.25 * pauseMs);
  });
});
