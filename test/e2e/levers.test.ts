import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PartnerList, PartnerState } from '../../contracts/v1/partners.js';
import { decided, giveVerdict } from '../support/flows.js';
import { order } from '../support/orders.js';
import { sampledOrderId } from '../support/sampled-order.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ DECISION_BUDGET_MS: '800' });
});

afterEach(async () => {
  await Promise.all(['sardine', 'yleo'].map((name) => stack.setFault(name, undefined)));
  await stack.put('/v1/partners/yleo', { state: 'on', reason: 'they are well' }, 'operator');
});

afterAll(() => stack?.stop());

const partner = async (name: string): Promise<PartnerState | undefined> =>
  ((await stack.get('/v1/partners', 'operator')).json as PartnerList).partners.find(
    (one) => one.name === name,
  );

const askedYleo = async (orderId: unknown): Promise<number> =>
  (await stack.calls('yleo')).filter((call) => JSON.stringify(call.body).includes(String(orderId)))
    .length;

describe('a partner that an operator switches off', () => {
  it('is not asked any more, has no vote, and the record says why', async () => {
    const reply = await stack.put(
      '/v1/partners/yleo',
      { state: 'off', reason: 'invoices are wrong' },
      'operator',
    );
    expect(reply.json).toMatchObject({ name: 'yleo', state: 'off', reason: 'invoices are wrong' });
    await until('Yleo is not asked', async () => {
      const { remarks } = await decided(stack, order({}, '+yleo-declined'));
      return remarks?.includes('Yleo was not asked (switched off by an operator)') === true;
    });
    const body = order({}, '+yleo-declined');
    expect((await decided(stack, body)).recommendationCode).toBe('accept');
    expect(await askedYleo(body['orderId'])).toBe(0);
    await stack.put('/v1/partners/yleo', { state: 'on', reason: 'they are well' }, 'operator');
    await until('Yleo is asked again', async () => {
      const { recommendationCode } = await decided(stack, order({}, '+yleo-declined'));
      return recommendationCode === 'reject';
    });
  });
});

describe('a lever that is moved off and on', () => {
  it('has a partner asked again that wanted an hour of hold-off', async () => {
    await stack.setFault('yleo', { status: 503, retryAfter: '3600' });
    expect((await decided(stack, order())).remarks).toContain('Yleo was unavailable');
    await stack.setFault('yleo', undefined);
    const held = await decided(stack, order());
    expect(held.remarks).toContain('Yleo was unavailable (rate_limited)');
    await stack.put('/v1/partners/yleo', { state: 'off', reason: 'rest' }, 'operator');
    await stack.put('/v1/partners/yleo', { state: 'on' }, 'operator');
    await until('Yleo is asked', async () => {
      const { recommendationCode } = await decided(stack, order());
      return recommendationCode === 'accept';
    });
  });
});

describe("a banner's policy", () => {
  it('changes how its next orders are decided, and no other banner', async () => {
    const policy = { reviewAll: true, partners: { sardine: { votes: { medium: 'reject' } } } };
    const reply = await stack.put('/v1/policies/lat', { policy, note: 'holiday' }, 'analyst');
    expect(reply.json).toMatchObject({ banner: 'lat', version: 1, note: 'holiday' });
    await until('the policy is in force', async () => {
      const { recommendationCode } = await decided(stack, order({ banner: 'lat' }));
      return recommendationCode === 'review';
    });
    const medium = order({ banner: 'lat' }, '+sardine-medium');
    const { recommendationCode, transactionId } = await decided(stack, medium);
    expect(recommendationCode).toBe('reject');
    const { rows } = await stack.db.query<{ version: number }>(
      'select policy_version as version from decisions where transaction_id = $1',
      [transactionId],
    );
    expect(rows).toEqual([{ version: 1 }]);
    expect((await decided(stack, order({}, '+sardine-medium'))).recommendationCode).toBe('accept');
  });

  it('may shorten the budget: a slow partner then holds the answer back no longer than that', async () => {
    await stack.put('/v1/policies/bay', { policy: { budgetMs: 100 }, note: 'a test' }, 'analyst');
    await stack.setFault('yleo', { latencyMs: 5000 });
    const bay = { banner: 'bay', currencyCode: 'CAD' };
    await until('the budget is in force', async () => {
      const startedMs = performance.now();
      const { remarks } = await decided(stack, order(bay));
      expect(remarks).toContain('Yleo was unavailable (timeout)');
      return performance.now() - startedMs < 500;
    });
  });

  it('may send would-be rejects to a person instead', async () => {
    await stack.put(
      '/v1/policies/o5a',
      { policy: { automaticReject: 'review' }, note: 'a test' },
      'analyst',
    );
    const declined = () => decided(stack, order({ banner: 'o5a' }, '+yleo-declined'));
    await until('the policy is in force', async () => {
      const { recommendationCode } = await declined();
      return recommendationCode === 'review';
    });
    expect((await declined()).remarks).toContain('this banner does not reject automatically');
  });

  it('may have a person judge a hundredth of the rejects, by the order alone', async () => {
    const change = { policy: { reviewedRejectShare: 0.01 }, note: 'judge some rejects' };
    await stack.put('/v1/policies/bay', change, 'analyst');
    const declined = (orderId: string) =>
      decided(stack, order({ banner: 'bay', orderId }, '+yleo-declined'));
    let number = 0;
    const sampled = await until('the policy is in force', async () => {
      const decision = await declined(sampledOrderId('bay', `judge-${(number += 1)}`));
      return decision.recommendationCode === 'review' && decision;
    });
    expect(sampled.remarks).toContain('one of the rejects that are chosen at random');
    const reply = await giveVerdict(stack, sampled.transactionId, 'accept');
    expect(reply.status).toBe(200);
    expect((await declined('judge-not')).recommendationCode).toBe('reject');
  });
});

describe('GET /v1/partners', () => {
  it('shows breaker and latency of each partner from every worker', async () => {
    await decided(stack, order());
    const shown = await until('the worker has reported', async () => {
      const found = await partner('sardine');
      return (found?.latency?.checks ?? 0) > 0 && found;
    });
    expect(shown).toMatchObject({ state: 'on', configured: true, breaker: 'closed' });
    expect(shown.latency?.p99Ms).toBeGreaterThan(0);
    expect(shown.workers).toHaveLength(1);
  });

  it('shows a breaker that opened, and that it closed when the partner came back', async () => {
    await stack.setFault('yleo', { status: 500 });
    await until('the breaker is open', async () => {
      await decided(stack, order());
      return (await partner('yleo'))?.breaker === 'open';
    });
    const metrics = await stack.get('/metrics', 'operator');
    expect(metrics.text).toContain('verdict_partner_breaker{partner="yleo",state="open"} 1');
    const ofWorker = await fetch(`http://127.0.0.1:${stack.env['METRICS_PORT']}/metrics`);
    expect(await ofWorker.text()).toContain(
      'verdict_partner_breaker{partner="yleo",state="open"} 1',
    );
    await stack.setFault('yleo', undefined);
    await until(
      'waiting cases have probed it',
      async () => (await partner('yleo'))?.breaker === 'closed',
    );
    expect((await decided(stack, order())).recommendationCode).toBe('accept');
  });
});
