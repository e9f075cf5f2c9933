import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DecisionExplanation } from '../../contracts/v1/rules.js';
import { defaultRuleSet } from '../support/rules.js';
import type { keys } from '../support/stack.js';
import { decideOrder } from './decide-order.js';
import { faultOf } from './errors.js';
import { seedOrder } from './seed.js';
import { type Api, startApi } from './server.js';

let api: Api;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api?.stop());

const explain = async (id: string, key: keyof typeof keys = 'reviewer') => {
  const reply = await api.ask(`/v1/transactions/${id}/explanation`, { key });
  expect(reply.status, reply.text).toBe(200);
  return DecisionExplanation.parse(reply.json);
};

describe('GET /v1/transactions/{transactionId}/explanation', () => {
  it('lists the rules with their facts and meanings, the bands, votes and versions', async () => {
    const id = await decideOrder(api, { orderTotal: 2500, creditCard: { avsResponse: 'G' } });
    const explained = await explain(id);
    expect(explained).toMatchObject({
      transactionId: id,
      banner: 's5a',
      outcome: 'review',
      bands: { reviewFrom: 40, rejectFrom: 80, from: 'settings' },
      ruleSet: { version: 0, hash: defaultRuleSet().hash },
      policyVersion: 0,
      trial: null,
      sampledRejectShare: null,
      erroredRules: [],
    });
    const [hit] = explained.hits;
    expect(hit).toMatchObject({ id: 'R01', points: 30, hard: null });
    expect(hit?.facts).toContainEqual({
      name: 'avs.street',
      value: 'no_match',
      meaning: expect.stringMatching(/\.$/) as string,
    });
    expect(explained.hits.reduce((sum, { points }) => sum + points, 0)).toBe(explained.totalScore);
    expect(explained.votes).toContainEqual(expect.objectContaining({ source: 'local' }));
  });

  it('summarises it in plain sentences', async () => {
    const id = await decideOrder(api, { orderTotal: 2500, creditCard: { avsResponse: 'G' } });
    const { summary, totalScore } = await explain(id);
    const lines = summary.split('\n');
    expect(lines[0]).toBe(
      `Answered review with a score of ${totalScore}. Review begins at 40, reject at 80.`,
    );
    expect(summary).toContain('- R01 AVS street and zip mismatch (30 points): The issuer says');
    expect(lines.at(-2)).toMatch(/^Votes: local review \(score \d+\)/);
    expect(lines.at(-1)).toMatch(/^Decided by rule set 0 \([0-9a-f]{12}\) under policy 0\.$/);
  });

  it('names the rules whose limits in money do not apply to an order in another currency', async () => {
    const { summary } = await explain(
      await decideOrder(api, { orderTotal: 9000, currencyCode: 'CAD' }),
    );
    expect(summary).toMatch(
      /^The order is in CAD: limits in money are meant in USD and were silent \(R11, .*R25/m,
    );
    expect((await explain(await decideOrder(api))).summary).not.toContain('limits in money');
  });

  it('links the orders that a hit counted, and names errored rules and the trial', async () => {
    const id = await decideOrder(api);
    const trialId = randomUUID();
    const hit = {
      id: 'R31',
      name: 'Card velocity',
      points: 20,
      reason: 'Three orders.',
      facts: { 'byCard.orders1h': 3, 'list.vip:email': true, 'rollout.R31': 17, 'old.fact': 1 },
      counted: [
        { fact: 'byCard.orders1h', window: '1h', transactionIds: ['tx_a', 'tx_b'], orders: 2 },
      ],
    };
    const errored = { id: 'R32', name: 'Other', message: 'the fact byEmail.cards24h has no value' };
    await api.pool.query(
      `update decisions set hits = $2, errored_rules = $3, trial_id = $4, trial_arm = 'challenger',
        rule_set_version = 7 where transaction_id = $1`,
      [id, JSON.stringify([hit]), JSON.stringify([errored]), trialId],
    );
    const explained = await explain(id, 'analyst');
    expect(explained.hits[0]?.counted).toEqual([
      {
        fact: 'byCard.orders1h',
        window: '1h',
        orders: 2,
        links: ['/transaction/tx_a', '/transaction/tx_b'],
      },
    ]);
    expect(explained.hits[0]?.facts.map(({ meaning }) => meaning)).toEqual([
      expect.stringContaining('the last hour'),
      'The email of the order is on the list vip.',
      null,
      'The position of the order in the rollout of R31, 0 to 9999.',
    ]);
    expect(explained).toMatchObject({ trial: { trialId, arm: 'challenger' }, bands: null });
    expect(explained.erroredRules).toEqual([errored]);
    expect(explained.summary).toContain('byCard.orders1h: 2 other orders within 1h.');
    expect(explained.summary).toContain('R32 Other could not be evaluated');
    expect(explained.summary).toContain('The bands of that time are not known any more.');
  });

  it("uses the bands of the version that decided, and a banner's own first", async () => {
    const id = await decideOrder(api);
    const bands = 'bands: {reviewFrom: 11, rejectFrom: 22}\n';
    const s5a = 'banners: {s5a: {bands: {reviewFrom: 33, rejectFrom: 44}}}\n';
    const rules = readFileSync('rules/default.yaml', 'utf8');
    for (const [version, text] of [bands + rules, bands + s5a + rules].entries()) {
      await api.pool.query(
        `insert into rule_set_versions (version, text, hash, note, author, created_at)
          values ($1, $2, 'h', '', 'x', now())`,
        [version + 1, text],
      );
      await api.pool.query('update decisions set rule_set_version = $2 where transaction_id = $1', [
        id,
        version + 1,
      ]);
      const expected = [
        { reviewFrom: 11, rejectFrom: 22, from: 'rule_set' },
        { reviewFrom: 33, rejectFrom: 44, from: 'rule_set' },
      ][version];
      expect((await explain(id)).bands).toEqual(expected);
    }
  });

  it('of a decision of an earlier version shows what is stored', async () => {
    const id = await seedOrder(api);
    await api.pool.query(
      `update decisions set rule_set_version = null, hits = $2 where transaction_id = $1`,
      [id, JSON.stringify([{ id: 'R1', name: 'x', points: 1, reason: 'y' }])],
    );
    const explained = await explain(id, 'operator');
    expect(explained).toMatchObject({ ruleSet: { version: null }, bands: null });
    expect(explained.hits[0]).toMatchObject({ facts: [], counted: [] });
    expect(explained.summary).toContain('a rule set of an earlier release');
  });

  it.each(['tx_none', '%00', 'a%ED%A0%80b'])('%s answers 404', async (id) => {
    const reply = await api.ask(`/v1/transactions/${id}/explanation`, { key: 'reviewer' });
    expect(reply.status).toBe(404);
  });

  it('is not for OMS', async () => {
    const reply = await api.ask('/v1/transactions/x/explanation', { key: 'oms' });
    expect(faultOf(reply)).toEqual([403, 'forbidden']);
  });
});
