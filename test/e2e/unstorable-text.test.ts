import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../contracts/hbc/decision.js';
import { decided, reaches } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';

const budgetMs = 1_500;
/** By contract. */
const deadlineMs = budgetMs + 1_000;

const ruleNamed = (name: string) => ({ id: 1, isLive: true, isAllowlisted: false, name });
const emoji = '\u{1f600}';
const half = emoji.charAt(0);

interface Odd {
  readonly what: string;
  readonly partner: 'sardine' | 'yleo';
  readonly fields: Readonly<Record<string, unknown>>;
  /** The stored form of the text. */
  readonly kept: Readonly<Record<string, unknown>>;
}

const odd: readonly Odd[] = [
  {
    what: "a NUL in one of Sardine's reason codes",
    partner: 'sardine',
    fields: { reasonCodes: ['AL\u0000WR'] },
    kept: { reasonCodes: ['AL\ufffdWR'] },
  },
  {
    what: 'an emoji where the name of a rule of Sardine is cut',
    partner: 'sardine',
    fields: { rules: [ruleNamed(`${'x'.repeat(199)}${emoji}${emoji}`)] },
    kept: { rules: [{ ...ruleNamed(`${'x'.repeat(199)}${emoji}`), id: '1' }] },
  },
  {
    what: "half an emoji in the name of one of Sardine's checkpoints",
    partner: 'sardine',
    fields: { checkpoints: { [`a${half}`]: { riskLevel: { value: 'low', ruleIds: [] } } } },
    kept: { checkpoints: { 'a\ufffd': { level: 'low', ruleIds: [] } } },
  },
  {
    what: "a NUL in Yleo's number of Kount's transaction",
    partner: 'yleo',
    fields: { kountTransactionId: '76JG032\u0000T7CD' },
    kept: { kountTransactionId: '76JG032\ufffdT7CD' },
  },
];

const rows = odd.map((row) => [row.what, row] as const);

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ DECISION_BUDGET_MS: String(budgetMs) });
  await decided(stack, order());
});

afterEach(async () => {
  await stack.setFault('sardine', undefined);
  await stack.setFault('yleo', undefined);
});

afterAll(() => stack?.stop());

describe('an order is accepted in time although a partner answers with', () => {
  it.each(rows)('%s', async (_what, { partner, fields, kept }) => {
    await stack.setFault(partner, { fields });
    const body = order();
    const startedMs = performance.now();
    const reply = await stack.post('/transaction', body);
    expect(reply.status, reply.text).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(deadlineMs);
    const { recommendationCode, transactionId } = reply.json as Decision;
    expect(recommendationCode).toBe('accept');
    await reaches(stack, body, 'processed');
    const stored = await stack.db.query(
      'select answer from partner_answers where transaction_id = $1 and partner = $2',
      [transactionId, partner],
    );
    expect(stored.rows).toMatchObject([{ answer: { evidence: kept } }]);
  });
});

describe('a partner that refuses a request for good', () => {
  it.each(['sardine', 'yleo'])('raises an alarm that names %s', async (partner) => {
    await stack.setFault(partner, { status: 400 });
    expect((await decided(stack, order())).recommendationCode).toBe('review');
    await stack.expectPrinted('"alarm":"partner_refused"', `"partner":"${partner}"`);
  });
});
