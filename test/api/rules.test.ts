import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RuleTry } from '../../contracts/v1/rules.js';
import { createRuleGuard, waitingMax } from '../../services/rule-sets/guard.js';
import { createLeakScan } from '../support/leak-scan.js';
import { tableContents } from '../support/table-contents.js';
import { exampleBody } from '../support/transactions.js';
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

const post = (body: unknown, key: keyof typeof keys = 'analyst') =>
  api.ask('/v1/rules/try', { method: 'POST', key, body: JSON.stringify(body) });

const tried = async (body: unknown): Promise<RuleTry> => {
  const reply = await post(body);
  expect(reply.status, reply.text).toBe(200);
  return RuleTry.parse(reply.json);
};

const resultOf = async (body: unknown) => {
  const { problems, result } = await tried(body);
  expect(problems).toEqual([]);
  if (result === null) throw new Error('the rule has no result');
  return result;
};

const rule = (overrides: object = {}, ruleCase: object = {}) => ({
  id: 'D01',
  name: 'A draft',
  cases: [
    { when: 'tx.orderTotal > 100', points: 10, reason: 'It is {tx.orderTotal}.', ...ruleCase },
  ],
  ...overrides,
});

const yaml = `# a draft
id: D01
name: A draft
cases:
  - when: >-
      tx.orderTotal > 100
      && tx.source == 'web'
    points: 10
    reason: It is {tx.orderTotal}.
`;

describe('POST /v1/rules/try on a posted order', () => {
  it("returns the rule's result and the value of every part of its conditions", async () => {
    const result = await resultOf({ rule: yaml, transaction: exampleBody() });
    expect(result).toMatchObject({
      id: 'D01',
      trips: true,
      points: 10,
      hard: null,
      reason: 'It is 187.45.',
      errored: null,
      effect: null,
    });
    expect(result.cases[0]?.steps.map(({ expression, value }) => [expression, value])).toEqual([
      ["tx.orderTotal > 100 && tx.source == 'web'", true],
      ['tx.orderTotal > 100', true],
      ['tx.orderTotal', 187.45],
      ["tx.source == 'web'", true],
      ['tx.source', 'web'],
    ]);
    expect(result.notes.join(' ')).toContain('its history is the order alone');
  });

  it('accepts the rule as an object too, disabled, in shadow or in a rollout', async () => {
    const more = { enabled: false, mode: 'shadow', rollout: { percent: 0 } };
    const result = await resultOf({ rule: rule(more), transaction: exampleBody() });
    expect(result.trips).toBe(true);
    expect(result.notes.join(' ')).toMatch(/disabled.*rollout/);
  });

  it('counts the order itself, and matches no list', async () => {
    const when =
      'byCard.orders1h == 1.0 && byEmail.cards24h == 1.0 && byAddress.names7d == 1.0' +
      ' && byAddress.isNew && !lists.blocked && !(subject.email in list("vip"))';
    const result = await resultOf({ rule: rule({}, { when }), transaction: exampleBody() });
    expect([result.trips, result.errored]).toEqual([true, null]);
  });

  it('stores nothing, and neither stores nor returns the card number or a name', async () => {
    const before = await tableContents(api.pool);
    const reply = await post({
      rule: rule({}, { when: 'true', reason: '{tx.source} {avs.zip} {card.brand}' }),
      transaction: exampleBody({ source: 'x 4111111111111111' }),
    });
    expect(reply.status).toBe(200);
    expect(await tableContents(api.pool)).toEqual(before);
    const scan = createLeakScan(['4111111111111111', 'Whitfield', 'Maple']);
    scan.add('answer', reply.text);
    expect(scan.leaks()).toEqual([]);
  });

  it('names the faults of the order by their path in the request', async () => {
    const reply = await post({ rule: rule(), transaction: exampleBody({ orderTotal: 'x' }) });
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject([
      { message: expect.stringMatching(/^\$\.transaction\.orderTotal /) as string },
    ]);
  });
});

describe('a rule that is wrong', () => {
  it('is answered with its problems by line and column of the text as it was sent', async () => {
    const wrong = yaml.replace("tx.source == 'web'", 'tx.sauce == 1');
    const answer = await tried({ rule: wrong, transaction: exampleBody() });
    expect(answer).toMatchObject({ valid: false, result: null });
    const at = wrong.split('\n').findIndex((line) => line.includes('tx.sauce'));
    expect(answer.problems).toEqual([
      {
        rule: 'D01',
        message: 'cases.0 unknown fact tx.sauce; did you mean tx.source?',
        line: at + 1,
        column: (wrong.split('\n')[at] ?? '').indexOf('tx.sauce') + 1,
      },
    ]);
  });

  it.each([
    ['no YAML', '{', 1],
    ['a list', '- id: A1', 1],
    ['two rules', `${yaml}---\n${yaml}`, 1],
    ['a text that leaves its place', 'id: D01\n]}\nrules: []', 1],
    ['nothing', ' ', 1],
    ['a wrong object', { id: 'D01', cases: [] }, 2],
  ])('%s is refused by its problems', async (_, given, atLeast) => {
    const { valid, problems } = await tried({ rule: given, transaction: exampleBody() });
    expect(valid).toBe(false);
    expect(problems.length).toBeGreaterThanOrEqual(atLeast);
  });

  it('that is nested without end is refused too', async () => {
    const deep = `{"rule":{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}},"transactionId":"x"}`;
    const reply = await api.ask('/v1/rules/try', { method: 'POST', key: 'analyst', body: deep });
    expect(RuleTry.parse(reply.json).valid).toBe(false);
  });

  it('that would block the process is answered in time; others are served meanwhile', async () => {
    const answered: string[] = [];
    const ask = async (what: string, reply: ReturnType<typeof post>) => {
      const { status, json } = await reply;
      answered.push(what);
      return { status, json };
    };
    const bomb = ask('bomb', post({ rule: '%A\n'.repeat(9900), transaction: exampleBody() }));
    const other = ask('other', api.ask('/healthz'));
    expect((await other).status).toBe(200);
    expect(RuleTry.parse((await bomb).json).valid).toBe(false);
    expect(answered).toEqual(['other', 'bomb']);
  });
});

describe('POST /v1/rules/try on a stored order', () => {
  it('uses the facts of its decision, and returns the score with and without the rule', async () => {
    const id = await decideOrder(api, { orderTotal: 6000, creditCard: { avsResponse: 'G' } });
    const { rows } = await api.pool.query<{ total_score: number }>(
      'select total_score from decisions where transaction_id = $1',
      [id],
    );
    const score = rows[0]?.total_score ?? 0;
    expect(score).toBeGreaterThan(40);
    const added = await resultOf({ rule: rule({}, { points: 50 }), transactionId: id });
    expect(added.effect).toEqual({
      without: { totalScore: score, outcome: 'review' },
      with: { totalScore: score + 50, outcome: 'reject' },
    });
    // The tried rule replaces the rule of the set that has its id.
    const same = await resultOf({ rule: rule({ id: 'R01' }, { points: 0 }), transactionId: id });
    expect(same.effect?.without.totalScore).toBe(score - 30);
    expect(same.effect?.with.totalScore).toBe(score - 30);
  });

  it('returns a fact that was not stored as missing, and that the order would be reviewed', async () => {
    const id = await decideOrder(api);
    const when = 'subject.email in list("new") && tx.orderTotal > 1';
    const result = await resultOf({ rule: rule({}, { when }), transactionId: id });
    expect(result).toMatchObject({
      trips: false,
      errored: 'the fact list.new:email has no value',
      effect: { without: { outcome: 'accept' }, with: { outcome: 'review' } },
    });
    expect(result.cases[0]?.facts).toEqual({ 'list.new:email': null, 'tx.orderTotal': 187.45 });
  });

  it('leaves the effect out when the bands of that time are unknown', async () => {
    const id = await seedOrder(api);
    const result = await resultOf({
      rule: rule({}, { when: 'true', reason: 'x' }),
      transactionId: id,
    });
    expect([result.trips, result.effect]).toEqual([true, null]);
  });

  it('leaves no trace in the audit trail: facts are nothing personal', async () => {
    const id = await decideOrder(api);
    const audit = async () =>
      (await api.pool.query('select 1 from audit where object = $1', [id])).rowCount;
    const before = await audit();
    await resultOf({ rule: rule(), transactionId: id });
    expect(await audit()).toBe(before);
  });

  it.each(['tx_none', 'ä', '../x'])('%s answers 404', async (transactionId) => {
    expect(faultOf(await post({ rule: rule(), transactionId }))).toEqual([
      404,
      'unknown_transaction',
    ]);
  });
});

describe('a request to try a rule', () => {
  it.each([
    [{}, ['missing_field']],
    [{ rule: 'x' }, ['missing_field']],
    [{ rule: 7, transactionId: 'x' }, ['invalid_value']],
    [{ rule: 'x', transaction: {}, transactionId: 'x' }, ['invalid_value']],
    [{ rule: 'x', transactionId: 'x', extra: 1 }, ['invalid_value']],
    [{ rule: 'x'.repeat(30_001), transactionId: 'x' }, ['too_long']],
  ])('%j answers 400 %j', async (body, codes) => {
    const [status, ...errors] = faultOf(await post(body));
    expect(status).toBe(400);
    expect(errors).toEqual(expect.arrayContaining(codes));
  });

  it.each([
    ['reviewer', 403],
    ['operator', 403],
    ['oms', 403],
    ['admin', 200],
  ] as const)('by %s answers %i', async (key, status) => {
    expect((await post({ rule: rule(), transaction: exampleBody() }, key)).status).toBe(status);
  });

  it('answers 503 with Retry-After when too many rules are being read', async () => {
    const thread = new URL('../services/fixtures/looping-thread.ts', import.meta.url);
    const ruleGuard = createRuleGuard({ timeLimitMs: 60_000, thread });
    const busy = await startApi({ ruleGuard });
    try {
      const ask = (text: string) =>
        busy.ask('/v1/rules/try', {
          method: 'POST',
          key: 'analyst',
          body: JSON.stringify({ rule: text, transactionId: 'x' }),
        });
      const blocked = Array.from({ length: waitingMax + 1 }, () => ruleGuard.check('loop'));
      const reply = await ask(yaml);
      expect(faultOf(reply)).toEqual([503, 'temporarily_unavailable']);
      expect(reply.headers.get('retry-after')).not.toBeNull();
      await ruleGuard.close();
      await Promise.all(blocked);
    } finally {
      await busy.stop();
    }
  });
});
