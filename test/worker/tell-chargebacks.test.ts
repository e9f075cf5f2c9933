import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLogger } from '../../runtime/logger.js';
import { tellChargebacks } from '../../worker/tell-chargebacks.js';
import { type Activities, anHour, startActivities } from '../activities/fixture.js';
import { resultsOf, say } from '../services/labels-fixture.js';
import { until } from '../support/until.js';

let own: Activities;
beforeAll(async () => {
  own = await startActivities();
});
afterAll(() => own?.stop());

/** A chargeback that was said so long ago; gives its order. */
const saidAgo = async (hours: number): Promise<string> => {
  const transactionId = await own.scored('accept');
  const now = new Date(Date.now() - hours * anHour);
  await own.pool.query('update transactions set received_at = $2 where transaction_id = $1', [
    transactionId,
    now,
  ]);
  const amount = { amount: 20, currency: 'USD', date: now.toISOString().slice(0, 10) };
  await resultsOf(say(own.pool, [{ transactionId, kind: 'chargeback', ...amount }], { now }));
  return transactionId;
};

it('a look ends after five chargebacks that Sardine did not take; the next one begins anew', async () => {
  await saidAgo(31 * 24);
  const ids: string[] = [];
  for (let hours = 8; hours > 0; hours -= 1) ids.push(await saidAgo(hours));
  await own.fault('sardine', { status: 503, times: 5, path: '/v1/feedbacks' });
  const ending = new AbortController();
  const parts = { logger: createLogger('worker', 'fatal'), signal: ending.signal };
  const telling = tellChargebacks(own.deps, parts, 1);
  await until('all are told', async () => {
    const timelines = await Promise.all(ids.map(own.timeline));
    return timelines.every((actions) => actions.includes('label.told'));
  });
  ending.abort();
  await telling;
  expect(await own.toldOf()).toEqual([...ids.slice(0, 5), ...ids]);
});
