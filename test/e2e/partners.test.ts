import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../contracts/hbc/decision.js';
import type { PartnerAnswer, Vote } from '../../domain/votes.js';
import { decided, reaches } from '../support/flows.js';
import { order } from '../support/orders.js';
import { makeSettingsFile, patientGuard } from '../support/settings-file.js';
import { type Stack, startStack } from '../support/stack.js';

/** Ample for partners that answer, even on a busy machine. */
const budgetMs = 1_000;
/** By contract. */
const slackMs = 1000;

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

const oddRows = odd.map((row) => [row.what, row] as const);

const stored = async (stack: Stack, transactionId: string) => {
  const { rows } = await stack.db.query<{ votes: Vote[]; partner_answers: PartnerAnswer[] }>(
    'select votes, partner_answers from decisions where transaction_id = $1',
    [transactionId],
  );
  return rows[0] ?? { votes: [], partner_answers: [] };
};

const answerOf = async (stack: Stack, transactionId: string, partner: string) =>
  (await stored(stack, transactionId)).partner_answers.find((found) => found.partner === partner);

const callsAbout = async (stack: Stack, partner: string, needle: unknown, path = '') =>
  (await stack.calls(partner)).filter(
    (call) => call.path.includes(path) && JSON.stringify(call.body).includes(String(needle)),
  );

describe('partners in trouble', () => {
  let stack: Stack;
  const guard = patientGuard;
  const settings = makeSettingsFile({ sardine: { guard }, yleo: { guard } });

  beforeAll(async () => {
    stack = await startStack({
      DECISION_BUDGET_MS: String(budgetMs),
      VERDICT_SETTINGS: settings.path,
    });
    await decided(stack, order());
  });

  afterEach(async () => {
    await stack.setFault('sardine', undefined);
    await stack.setFault('yleo', undefined);
  });

  afterAll(async () => {
    await stack?.stop();
    settings.remove();
  });

  const timedPost = async (what: string) => {
    const startedMs = performance.now();
    const decision = await decided(stack, order());
    const tookMs = performance.now() - startedMs;
    process.stdout.write(`${what}: answered in ${Math.round(tookMs)} ms of ${budgetMs} ms\n`);
    expect(tookMs).toBeLessThan(budgetMs + slackMs);
    return decision;
  };

  it('both dead: review in time, and both are named', async () => {
    await stack.setFault('sardine', { connection: 'hang' });
    await stack.setFault('yleo', { connection: 'hang' });
    const { transactionId, recommendationCode } = await timedPost('both hang');
    expect(recommendationCode).toBe('review');
    expect((await stored(stack, transactionId)).votes.map((vote) => vote.label)).toEqual([
      'score 0',
      'unavailable (timeout)',
      'unavailable (timeout)',
    ]);
  });

  it('a partner that fails once is asked again within the budget', async () => {
    await stack.setFault('yleo', { times: 1, status: 503 });
    expect((await timedPost('yleo stumbles')).recommendationCode).toBe('accept');
  });

  it('each partner is asked once an order, however often the order is posted', async () => {
    const body = order();
    const { transactionId } = await decided(stack, body);
    await Promise.all(Array.from({ length: 5 }, () => decided(stack, body)));
    await reaches(stack, body, 'processed');
    await decided(stack, body);
    expect(await callsAbout(stack, 'yleo', body['orderId'])).toHaveLength(1);
    expect(await callsAbout(stack, 'sardine', transactionId, '/v1/issuing/risks')).toHaveLength(1);
  });

  it('an order from a store is no business of Yleo, and is accepted without its vote', async () => {
    const body = order({ source: 'store' });
    const { transactionId, recommendationCode } = await decided(stack, body);
    expect(recommendationCode).toBe('accept');
    expect(await answerOf(stack, transactionId, 'yleo')).toMatchObject({ kind: 'not_applicable' });
    expect(await callsAbout(stack, 'yleo', body['orderId'])).toEqual([]);
    const { votes } = await stored(stack, transactionId);
    expect(votes.map((vote) => vote.source)).toEqual(['local', 'sardine']);
  });

  describe('an order is accepted in time although a partner answers with', () => {
    it.each(oddRows)('%s', async (_what, { partner, fields, kept }) => {
      await stack.setFault(partner, { fields });
      const body = order();
      const startedMs = performance.now();
      const reply = await stack.post('/transaction', body);
      expect(reply.status, reply.text).toBe(200);
      expect(performance.now() - startedMs).toBeLessThan(budgetMs + slackMs);
      const { recommendationCode, transactionId } = reply.json as Decision;
      expect(recommendationCode).toBe('accept');
      await reaches(stack, body, 'processed');
      const found = await stack.db.query(
        'select answer from partner_answers where transaction_id = $1 and partner = $2',
        [transactionId, partner],
      );
      expect(found.rows).toMatchObject([{ answer: { evidence: kept } }]);
    });
  });

  describe('a partner that refuses a request for good', () => {
    it.each(['sardine', 'yleo'])('raises an alarm that names %s', async (partner) => {
      await stack.setFault(partner, { status: 400 });
      expect((await decided(stack, order())).recommendationCode).toBe('review');
      await stack.expectPrinted('"alarm":"partner_refused"', `"partner":"${partner}"`);
    });
  });
});

describe('partners that are switched off', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ SARDINE_URL: '', YLEO_URL: '' });
  });

  afterAll(() => stack?.stop());

  it('have no vote and are not called, and a clean order is accepted', async () => {
    const body = order({}, '+sardine-very_high+yleo-declined');
    const { transactionId, recommendationCode } = await decided(stack, body);
    expect(recommendationCode).toBe('accept');
    expect(await stored(stack, transactionId)).toEqual({
      votes: [{ source: 'local', outcome: 'accept', label: 'score 0' }],
      partner_answers: [
        { kind: 'disabled', partner: 'sardine' },
        { kind: 'disabled', partner: 'yleo' },
      ],
    });
    expect([...(await stack.calls('sardine')), ...(await stack.calls('yleo'))]).toEqual([]);
    await reaches(stack, body, 'processed');
  });
});
