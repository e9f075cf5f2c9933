import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type BacktestResult,
  BacktestResult as ResultSchema,
} from '../../contracts/v1/backtests.js';
import { listAudit } from '../../db/audit.js';
import type { Pool } from '../../db/pool.js';
import { endBacktest, finishBacktest, planBacktest } from '../../services/backtests/run.js';
import { listBacktestChanges, readBacktest } from '../../services/backtests/read.js';
import { exampleSettings } from '../support/rules.js';
import {
  actor,
  answered,
  askFor,
  backtest,
  cardRule,
  decide,
  evaluate,
  shipped,
  textOf,
  totalRule,
} from './backtests-fixture.js';
import { openDatabase } from './database.js';

let pool: Pool;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ pool, close } = await openDatabase());
});

beforeEach(() => pool.query('truncate transactions, backtests, policies cascade'));

afterAll(() => close?.());

const changesOf = async (backtestId: string) =>
  (await listBacktestChanges({ db: pool }, { backtestId, after: undefined, limit: 200 }))
    ?.changes ?? [];

const cellsOf = ({ outcomes }: Pick<BacktestResult, 'outcomes'>) =>
  outcomes.map(({ was, would, orders }) => `${was} > ${would}: ${orders}`);

const label = (transactionId: string, kind: 'fraud' | 'good') =>
  pool.query(
    `insert into labels (label_id, transaction_id, banner, kind, source, source_id, said_by,
        said_at)
      values (gen_random_uuid(), $1, 's5a', $2, 'api', '', 'analyst:test', now())`,
    [transactionId, kind],
  );

describe('the rules that decided, on stored facts', () => {
  it('come out the same to the letter, for every outcome and partner answer', async () => {
    // One after the other: only the first has no earlier order, and is accepted.
    const given = [
      () => decide(pool, {}),
      () => decide(pool, { orderTotal: 4000 }),
      () =>
        decide(pool, { orderTotal: 9000, creditCard: { avsResponse: 'G', expiryDate: '01-20' } }),
      () =>
        decide(pool, {}, { answers: [answered('sardine', 'review'), answered('yleo', 'reject')] }),
      () => decide(pool, { currencyCode: 'CAD' }),
      () =>
        decide(
          pool,
          {},
          {
            answers: [
              {
                kind: 'unavailable',
                partner: 'yleo',
                fault: 'timeout',
                retryable: true,
                latencyMs: 9,
              },
            ],
          },
        ),
    ];
    for (const begin of given) await begin();
    const { backtestId, result } = await backtest(pool, { version: 0 });
    expect(ResultSchema.parse(result)).toEqual(result);
    expect(result.sameRules).toEqual({ orders: 6, equal: 6 });
    expect(result.outcomes.filter(({ was, would }) => was !== would)).toEqual([]);
    expect(new Set(result.outcomes.map(({ was }) => was)).size).toBe(3);
    expect(await changesOf(backtestId)).toEqual([]);
  });

  it('come out the same under a policy that was replaced since', async () => {
    const policies = (version: number, policy: object) =>
      pool.query(`insert into policies values ('s5a', $1, $2, '', 'analyst:test', now())`, [
        version,
        JSON.stringify(policy),
      ]);
    await policies(1, { reviewAll: true });
    await policies(2, {});
    const { transactionId } = await decide(pool, {});
    await pool.query(
      `update decisions set policy_version = 1, outcome = 'review' where transaction_id = $1`,
      [transactionId],
    );
    const { result } = await backtest(pool, { version: 0 });
    expect(cellsOf(result)).toEqual(['review > review: 1']);
  });

  it('a rule that was errored by a fact that could not be read is errored again', async () => {
    const rules = textOf([totalRule('T1', 1, 10), cardRule('C1', 1, 5)]);
    const { transactionId } = await decide(pool, {}, { rules });
    const errored = [
      { id: 'C1', name: 'C1 card', message: 'the fact byCard.orders1h has no value' },
    ];
    await pool.query(
      `update decisions set facts = facts - 'byCard.orders1h', errored_rules = $2,
        outcome = 'review' where transaction_id = $1`,
      [transactionId, JSON.stringify(errored)],
    );
    const { result } = await backtest(pool, { text: rules });
    expect(cellsOf(result)).toEqual(['review > review: 1']);
    expect(result.rules.find(({ id }) => id === 'C1')?.errors).toBe(1);
    expect(result.notEvaluable.orders).toBe(0);
  });
});

describe('other rules', () => {
  const live = textOf([totalRule('T1', 1000, 50)]);

  it('orders gained and lost are listed with their rules, scores and amounts', async () => {
    const low = await decide(pool, { orderTotal: 600 }, { rules: live });
    const high = await decide(pool, { orderTotal: 1500 }, { rules: live });
    const text = textOf([totalRule('T1', 1000, 20), totalRule('T2', 500, 25)]);
    const { backtestId, result } = await backtest(pool, { text });
    expect(cellsOf(result)).toEqual(['accept > accept: 1', 'review > review: 1']);
    const stricter = await backtest(pool, { text: textOf([totalRule('T2', 500, 90)]) });
    expect(cellsOf(stricter.result)).toEqual(['accept > reject: 1', 'review > reject: 1']);
    expect(stricter.result.outcomes.map(({ money }) => money)).toEqual([
      [{ currency: 'USD', amount: 600 }],
      [{ currency: 'USD', amount: 1500 }],
    ]);
    expect(stricter.result.reviews).toMatchObject({ before: 1, after: 0 });
    expect(await changesOf(backtestId)).toEqual([]);
    const changes = await changesOf(stricter.backtestId);
    expect(changes).toHaveLength(2);
    expect(changes.find(({ transactionId }) => transactionId === high.transactionId)).toMatchObject(
      {
        link: `/transaction/${high.transactionId}`,
        ...{ was: 'review', would: 'reject', scoreWas: 50, scoreWould: 90, amount: 1500 },
        appeared: [{ id: 'T2', name: 'T2 total', points: 90 }],
        disappeared: [{ id: 'T1', name: 'T1 total', points: 50 }],
      },
    );
    const lost = await listBacktestChanges(
      { db: pool },
      {
        ...{ backtestId: stricter.backtestId, was: 'accept', after: undefined, limit: 1 },
      },
    );
    expect(lost?.changes.map(({ transactionId }) => transactionId)).toEqual([low.transactionId]);
  });

  it('a fact that the decision does not hold makes the order not evaluable, and is named', async () => {
    await decide(
      pool,
      {},
      { rules: live, alter: (facts) => delete facts['customer.accountIdBlank'] },
    );
    await decide(pool, {}, { rules: live });
    const guest = { when: 'customer.accountIdBlank', points: 40, reason: 'A guest.' };
    const text = textOf([{ id: 'G1', name: 'guest', cases: [guest] }]);
    const { result } = await backtest(pool, { text });
    expect(result.orders).toBe(1);
    expect(result.notEvaluable).toEqual({
      orders: 1,
      facts: [{ fact: 'customer.accountIdBlank', orders: 1 }],
    });
  });

  it('orders whose partners were skipped and would be asked are counted', async () => {
    const skipped = (partner: 'sardine' | 'yleo') =>
      ({ kind: 'skipped', partner, reason: 'the local score rejects already' }) as const;
    const answers = [skipped('sardine'), skipped('yleo')];
    await decide(pool, {}, { rules: textOf([totalRule('T1', 1, 90)]), answers });
    const { backtestId, result } = await backtest(pool, { text: live });
    expect(result.partnersNotAsked).toBe(1);
    expect(await changesOf(backtestId)).toMatchObject([{ partnersNotAsked: true }]);
  });

  it('on labelled orders, precision, recall and money before and after are returned', async () => {
    const fraud = await decide(pool, { orderTotal: 600 }, { rules: live });
    const good = await decide(pool, { orderTotal: 1500 }, { rules: live });
    await decide(pool, { orderTotal: 100 }, { rules: live });
    await label(fraud.transactionId, 'fraud');
    await label(good.transactionId, 'good');
    const text = textOf([totalRule('T2', 500, 90), totalRule('T3', 1000, -90)]);
    const { result } = await backtest(pool, { text });
    expect(result.flagged.before).toMatchObject({
      ...{ orders: 1, fraud: 0, good: 1, missedFraud: 1, precision: 0, recall: 0 },
      missedFraudMoney: [{ currency: 'USD', amount: 600 }],
      stoppedGood: [{ currency: 'USD', amount: 1500 }],
    });
    expect(result.rejected.after).toMatchObject({
      ...{ orders: 1, fraud: 1, good: 0, missedFraud: 0, precision: 1, recall: 1, f1: 1 },
      caughtFraud: [{ currency: 'USD', amount: 600 }],
      stoppedGood: [],
    });
    expect(result.rules.find(({ id }) => id === 'T2')).toMatchObject({
      before: { hits: 0, fraud: 0, good: 0 },
      after: { hits: 2, fraud: 1, good: 1 },
    });
  });

  it('only orders of the requested banner and period are counted', async () => {
    await decide(pool, {}, { rules: live });
    await decide(pool, { banner: 'lat' }, { rules: live });
    expect((await backtest(pool, { text: live, banner: 'lat' })).result.orders).toBe(1);
    const from = new Date(Date.now() - 1e9).toISOString();
    const to = new Date(Date.now() - 5e8).toISOString();
    expect((await backtest(pool, { text: live, from, to })).result.orders).toBe(0);
  });
});

describe('recomputed facts', () => {
  const disposable = textOf([
    {
      ...{ id: 'D1', name: 'disposable' },
      cases: [{ when: 'email.disposable', points: 45, reason: 'Disposable.' }],
    },
  ]);

  it('without a change of anything they are the stored ones', async () => {
    for (let index = 0; index < 4; index += 1) await decide(pool, { orderTotal: 100 + index });
    const { result } = await backtest(pool, { version: 0, facts: 'recomputed' });
    expect(result.sameRules).toEqual({ orders: 4, equal: 4 });
    expect(result.recomputed).toEqual({ differing: 0, otherOutcome: 0, facts: [] });
  });

  it('after a change of the settings it lists differing facts, their cause, and example orders', async () => {
    const { transactionId } = await decide(pool, {}, { rules: disposable });
    const settings = exampleSettings();
    const changed = { ...settings, disposableEmailDomains: ['example.com'] };
    const asked = { text: disposable, facts: 'recomputed' } as const;
    const { result } = await backtest(pool, asked, changed);
    expect(cellsOf(result)).toEqual(['accept > review: 1']);
    expect(result.recomputed).toEqual({
      ...{ differing: 1, otherOutcome: 1 },
      facts: [
        { fact: 'email.disposable', orders: 1, cause: 'settings', transactionIds: [transactionId] },
      ],
    });
  });

  it('later orders do not count', async () => {
    const rules = textOf([cardRule('C1', 2, 90)]);
    const card = { creditCard: { cardNumber: '4242424242424242' } };
    const first = await decide(pool, card, { rules });
    for (let index = 0; index < 4; index += 1) await decide(pool, card, { rules });
    const { backtestId, result } = await backtest(pool, { text: rules, facts: 'recomputed' });
    expect(first.outcome).toBe('accept');
    expect(cellsOf(result)).toEqual(['accept > accept: 1', 'reject > reject: 4']);
    expect(result.recomputed?.differing).toBe(0);
    expect(await changesOf(backtestId)).toEqual([]);
  });

  it('a draft may ask for what was never stored', async () => {
    await decide(pool, {}, { rules: textOf([totalRule('T1', 1, 1)]) });
    await pool.query(
      `insert into lists (name, kind, value_kind, description, created_by, created_at)
        values ('watched', 'values', 'email', '', 'test', now()) on conflict do nothing`,
    );
    const watched = { when: 'subject.email in list("watched")', points: 1, reason: 'Watched.' };
    const asksList = { id: 'L1', name: 'watched', cases: [watched] };
    const text = textOf([cardRule('C1', 1, 90), asksList]);
    const stored = await backtest(pool, { text });
    expect(stored.result.notEvaluable.orders).toBe(1);
    expect(stored.hint).toBe(
      '1 of 1 order could not be compared: their decisions lack the facts byCard.orders1h, ' +
        'list.watched:email; run it again with "facts": "recomputed", which computes them from ' +
        'the orders.',
    );
    const recomputed = await backtest(pool, { text, facts: 'recomputed' });
    expect(cellsOf(recomputed.result)).toEqual(['accept > reject: 1']);
    expect(recomputed.hint).toBeNull();
  });
});

describe('the run itself', () => {
  it('a part that is done twice, or at once by two, counts once', async () => {
    for (let index = 0; index < 3; index += 1) await decide(pool, {});
    const text = textOf([totalRule('T1', 1, 90)]);
    const backtestId = await askFor(pool, { text });
    expect(await planBacktest({ db: pool }, backtestId)).toBe(1);
    expect(await planBacktest({ db: pool }, backtestId)).toBe(1);
    await Promise.all([0, 0, 0].map((part) => evaluate(pool, backtestId, part)));
    await evaluate(pool, backtestId, 0);
    expect((await readBacktest({ db: pool }, backtestId))?.progress).toEqual({ done: 1, total: 1 });
    for (const _ of [1, 2]) await finishBacktest({ db: pool, now: new Date() }, backtestId);
    const { result } = (await readBacktest({ db: pool }, backtestId)) ?? {};
    expect(result?.changes).toEqual({ orders: 3, listed: 3 });
    const [, ...ended] = await listAudit(pool, `backtest:${backtestId}`);
    expect(ended).toMatchObject([
      { actor: 'system', action: 'backtest.done', details: { orders: 3, changes: 3 } },
    ]);
    expect(await changesOf(backtestId)).toHaveLength(3);
  });

  it('an unfinished part keeps it from being finished', async () => {
    await decide(pool, {});
    const backtestId = await askFor(pool, { version: 0 });
    await planBacktest({ db: pool }, backtestId);
    await expect(finishBacktest({ db: pool, now: new Date() }, backtestId)).rejects.toThrow(
      'not done',
    );
  });

  it('what has been cancelled counts nothing more and is never done', async () => {
    await decide(pool, {});
    const backtestId = await askFor(pool, { version: 0 });
    await planBacktest({ db: pool }, backtestId);
    const end = { backtestId, state: 'cancelled', note: 'wrong' } as const;
    expect(await endBacktest({ db: pool, actor, now: new Date() }, end)).toMatchObject({
      state: 'cancelled',
    });
    await evaluate(pool, backtestId, 0);
    await finishBacktest({ db: pool, now: new Date() }, backtestId);
    expect(
      await endBacktest({ db: pool, actor, now: new Date() }, { ...end, state: 'failed' }),
    ).toMatchObject({
      state: 'cancelled',
    });
    expect(await readBacktest({ db: pool }, backtestId)).toMatchObject({
      ...{ state: 'cancelled', result: null, progress: { done: 0, total: 1 } },
    });
    const actions = await listAudit(pool, `backtest:${backtestId}`);
    expect(actions.map(({ action }) => action)).toEqual(['backtest.created', 'backtest.cancelled']);
    expect(actions[1]?.details).toEqual({ note: 'wrong' });
  });

  it('the text is frozen: a draft that is changed later changes nothing', async () => {
    const draftId = '0a7d9f2e-4b62-4f6e-9d5b-1f3f0e1c2a3b';
    await pool.query(
      `insert into rule_set_drafts values ($1, 'd', $2, 3, 0, 'open', '{}', now(), now())`,
      [draftId, textOf([totalRule('T1', 1, 90)])],
    );
    await decide(pool, {}, { rules: shipped.text });
    const backtestId = await askFor(pool, { draftId });
    await pool.query('update rule_set_drafts set text = $1', [textOf([totalRule('T1', 1, 0)])]);
    await planBacktest({ db: pool }, backtestId);
    await evaluate(pool, backtestId, 0);
    await finishBacktest({ db: pool, now: new Date() }, backtestId);
    expect(await readBacktest({ db: pool }, backtestId)).toMatchObject({
      source: { draftId, revision: 3 },
      result: { changes: { orders: 1 } },
    });
  });
});
