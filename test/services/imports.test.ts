import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listOpenAfter } from '../../db/reconcile.js';
import { countOrders } from '../../domain/history.js';
import { finishImport, listRefusals, readImport } from '../../services/imports/imports.js';
import { readOverview } from '../../services/overview/overview.js';
import { loadHistory } from '../../services/transactions/history.js';
import { findStored, receiveTransaction } from '../../services/transactions/receive.js';
import { createLeakScan } from '../support/leak-scan.js';
import { type Json, parsedExample } from '../support/transactions.js';
import { backtest, cardRule, textOf } from './backtests-fixture.js';
import { openDatabase } from './database.js';
import { dispatch } from './due-work.js';
import {
  begin,
  bring,
  contextOf,
  idOf,
  line,
  receive,
  store,
  stranger,
  tokeniser,
} from './imports-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  database = await openDatabase(6);
});

afterAll(() => database?.close());

const countsOf = async (importId: string, part: number, lines: readonly Json[]) => {
  const result = await store(database.pool, importId, part, lines);
  if (!('part' in result)) throw new Error(result.kind);
  const { stored, repeated, refused } = result.part;
  return { kind: result.kind, stored, repeated, refused };
};

const refusalsOf = async (importId: string) => {
  const request = { importId, after: undefined, limit: 200 };
  return (await listRefusals({ db: database.pool }, request))?.refusals ?? [];
};

const count = async (text: string, values: readonly unknown[] = []): Promise<number> => {
  const { rows } = await database.pool.query<{ n: string }>(text, [...values]);
  return Number(rows[0]?.n);
};

describe('a line of an import', () => {
  it('is stored once, whichever part and import it comes in', async () => {
    const importId = await begin(database.pool);
    const lines = [line(10), line(9)];
    expect(await countsOf(importId, 1, lines)).toMatchObject({ kind: 'stored', stored: 2 });
    expect(await countsOf(importId, 1, lines)).toMatchObject({ kind: 'repeated', stored: 2 });
    expect(await countsOf(importId, 2, [...lines, lines[0] ?? {}])).toEqual({
      ...{ kind: 'stored', stored: 0, repeated: 3, refused: 0 },
    });
    expect(await countsOf(await begin(database.pool), 1, lines)).toMatchObject({ repeated: 2 });
  });

  it('with other content than a stored order is a conflict, and overwrites nothing', async () => {
    const importId = await begin(database.pool);
    const imported = line(10);
    const orderId = randomUUID();
    const live = await receive(database.pool, { orderId });
    const before = await database.pool.query('select * from transactions order by 1');
    expect(await countsOf(importId, 1, [line(10, { orderId, orderTotal: 1 })])).toMatchObject({
      refused: 1,
    });
    expect(await countsOf(importId, 2, [line(10, { orderId })])).toMatchObject({ repeated: 1 });
    expect((await database.pool.query('select * from transactions order by 1')).rows).toEqual(
      before.rows,
    );
    expect(
      await count('select count(*) as n from decisions where transaction_id = $1', [live]),
    ).toBe(0);
    const other = {
      ...imported,
      transaction: { ...(imported['transaction'] as Json), orderTotal: 1 },
    };
    expect(await countsOf(importId, 3, [imported, other])).toMatchObject({ stored: 1, refused: 1 });
    expect((await refusalsOf(importId)).map(({ error }) => error)).toContain(
      'transaction_conflict',
    );
  });

  it('comes in no part whose number has other lines, and in no import that has ended', async () => {
    const importId = await begin(database.pool);
    await countsOf(importId, 1, [line(10)]);
    expect(await store(database.pool, importId, 1, [line(10)])).toEqual({ kind: 'conflict' });
    const ended = await finishImport(contextOf(database.pool), importId);
    expect(ended).toMatchObject({ state: 'done', parts: 1, stored: 1, daysLeft: 0 });
    expect(await store(database.pool, importId, 2, [line(10)])).toEqual({ kind: 'finished' });
    expect(await store(database.pool, randomUUID(), 1, [line(10)])).toEqual({ kind: 'unknown' });
  });
});

/** A Luhn-valid test number that no accepted line has. */
const pan = '4012888888881881';

const card = { first6: '411111', last4: '1111', token: 'vault-1' };
const withoutNumber = { creditCard: { cardNumber: undefined } };

const wrong: readonly [path: string, wrongLine: () => Json][] = [
  ['$.receivedAt ', () => line(-10)],
  ['$.receivedAt ', () => line(1, {}, { receivedAt: pan })],
  ['$.receivedAt ', () => line(1, {}, { receivedAt: '2026-03-01 09:30' })],
  ['$.outcome ', () => line(1, {}, { outcome: pan })],
  ['$.verdict ', () => line(1, {}, { outcome: 'review' })],
  ['$.settled ', () => line(1, {}, { settled: pan })],
  [
    '$.labels[0].at ',
    () => line(1, {}, { labels: [{ kind: 'good', at: '2020-01-01T00:00:00Z' }] }),
  ],
  [
    '$.labels[0].kind ',
    () => line(1, {}, { labels: [{ kind: pan, at: new Date().toISOString() }] }),
  ],
  ['$.transaction.orderId ', () => line(1, { orderId: pan, creditCard: { cardNumber: pan } })],
  ['$.transaction.orderTotal ', () => line(1, { orderTotal: pan })],
  ['$.transaction.creditCard.cardNumber ', () => line(1, withoutNumber)],
  ['$.transaction.creditCard.cardNumber ', () => line(1, {}, { card })],
  ['$.card.token ', () => line(1, withoutNumber, { card: { ...card, token: pan } })],
  ['$ ', () => line(1, {}, { [pan]: pan })],
];

describe('a line that is refused', () => {
  it.each(wrong)('is told by its path: %s', async (path, wrongLine) => {
    const importId = await begin(database.pool);
    expect(await countsOf(importId, 1, [line(5), wrongLine()])).toMatchObject({
      ...{ stored: 1, refused: 1 },
    });
    const told = await refusalsOf(importId);
    expect(told[0]).toMatchObject({ line: 2 });
    expect(
      told.some(({ message }) => message.startsWith(path)),
      JSON.stringify(told),
    ).toBe(true);
  });

  it('leaves nothing of what it held in the database, and neither does one that is stored', async () => {
    const importId = await begin(database.pool);
    const cvv = '7391';
    const kept = line(5, { creditCard: { cardNumber: pan, authCode: cvv } });
    await store(database.pool, importId, 1, [kept, ...wrong.map(([, wrongLine]) => wrongLine())]);
    const scan = createLeakScan([pan]);
    const { rows: tables } = await database.pool.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public'`,
    );
    for (const { name } of tables) {
      const { rows } = await database.pool.query<{ text: string }>(
        `select coalesce(string_agg(t::text, ' '), '') as text from ${name} t`,
      );
      scan.add(name, rows[0]?.text ?? '');
    }
    expect(scan.leaks()).toEqual([]);
  });

  it('is counted for each reason, whole, and listed only at first', async () => {
    const importId = await begin(database.pool);
    const many = Array.from({ length: 25 }, () => line(1, { orderTotal: -1, storeNumber: 'x' }));
    await store(database.pool, importId, 1, many);
    const read = await readImport(contextOf(database.pool), importId);
    expect(read).toMatchObject({ lines: 25, refused: 25 });
    expect(read?.reasons.map(({ lines }) => lines)).toEqual([25, 25]);
    const first = { importId, after: undefined, limit: 3 };
    const page = await listRefusals({ db: database.pool }, first);
    expect(page?.refusals.map((one) => one.line)).toEqual([1, 1, 2]);
    expect(page?.nextCursor).not.toBeNull();
    expect(await refusalsOf(importId)).toHaveLength(20);
  });
});

describe('an imported order', () => {
  it('has no effect but to be there: no event, no case, no work, no place in figures or sweeps', async () => {
    const own = await openDatabase(4);
    try {
      const at = new Date(Date.now() - 60_000).toISOString();
      await bring(own.pool, [
        line(5, {}, { outcome: 'review', verdict: { outcome: 'reject' }, settled: 'cancel' }),
        line(4, {}, { labels: [{ kind: 'chargeback', at, reason: '10.4' }] }),
      ]);
      await dispatch(own.pool);
      for (const table of [
        'order_events',
        'due_work',
        'cases',
        'partner_answers',
        'alert_events',
      ]) {
        const { rows } = await own.pool.query(`select * from ${table}`);
        expect(rows, table).toEqual([]);
      }
      expect(await listOpenAfter(own.pool, '', 10)).toEqual([]);
      const { rows } = await own.pool.query(
        `select from transactions where status not in ('processed', 'cancelled')`,
      );
      expect(rows).toEqual([]);
      const { orders } = await readOverview({ db: own.pool, now: new Date() });
      expect(orders).toMatchObject({ accept: 0, review: 0, reject: 0 });
    } finally {
      await own.close();
    }
  });

  it('answers a repeat by OMS with what was decided then', async () => {
    const past = line(10, {}, { outcome: 'reject' });
    await bring(database.pool, [past]);
    const received = receiveTransaction(tokeniser, parsedExample(past['transaction'] as Json));
    const stored = await findStored({ db: database.pool }, received);
    if (stored.kind !== 'repeated') throw new Error(stored.kind);
    expect(stored.row.status).toBe('cancelled');
    expect(JSON.parse(stored.row.answer ?? '')).toMatchObject({
      ...{ transactionId: idOf(past), recommendationCode: 'reject' },
    });
  });

  it('shares a card known by a token with its like, and with no card whose number is known', async () => {
    const byToken = (token: string) => line(10, withoutNumber, { card: { ...card, token } });
    // A UUID whose digits pass Luhn is a token like any other.
    const token = 'fc24e70c-22b2-4131-8811-0717c3acb056';
    const [one, other, third] = [byToken(token), byToken(token), byToken(randomUUID())];
    await bring(database.pool, [one, other, third]);
    const ids = await database.pool.query<{ id: string }>(
      `select transaction_id as id from transactions
        where order_id = any($1)`,
      [[one, other, third].map(({ transaction }) => (transaction as Json)['orderId'])],
    );
    const sizes = await Promise.all(
      ids.rows.map(async ({ id }) =>
        countOrders((await loadHistory({ db: database.pool }, id)).card),
      ),
    );
    expect(sizes.toSorted((less, more) => less - more)).toEqual([1, 1, 2]);
    const number = parsedExample({ creditCard: { cardNumber: '4111111111111111' } });
    const live = await receive(database.pool, { ...stranger(), creditCard: number.creditCard });
    const shared = (await loadHistory({ db: database.pool }, live)).card;
    const known = new Set(ids.rows.map(({ id }) => id));
    expect(shared.filter(({ transactionId }) => known.has(transactionId))).toEqual([]);
  });

  it('is labelled for orders after the label became known, and is evidence from then on', async () => {
    const shopper = stranger();
    const labelledAt = new Date(Date.now() - 50 * 60_000).toISOString();
    const labels = [{ kind: 'chargeback', at: labelledAt, reason: '10.4' }];
    const [fraud, between, after] = [
      line(90, shopper, { labels }),
      line(70, shopper),
      line(30, shopper),
    ];
    await bring(database.pool, [fraud, between, after]);
    const labelFor = async (one: Json) => {
      const { email } = await loadHistory({ db: database.pool }, idOf(one));
      return email.find(({ transactionId }) => transactionId === idOf(fraud))?.label;
    };
    expect([await labelFor(between), await labelFor(after)]).toEqual([null, 'chargeback']);
    const { rows } = await database.pool.query<{ at: string; kind: string }>(
      `select distinct kind, recorded_at as at from evidence
        where details ->> 'transactionId' = $1`,
      [idOf(fraud)],
    );
    expect(rows).toEqual([{ kind: 'chargeback', at: new Date(labelledAt) }]);
  });

  it('is decided by a backtest as of its own time, with stored facts asked for or not', async () => {
    const own = await openDatabase(4);
    try {
      const creditCard = { cardNumber: '5555555555554444' };
      const [first, second] = [line(30, { creditCard }), line(20, { creditCard })];
      const labels = [{ kind: 'fraud', at: new Date(Date.now() - 60_000).toISOString() }];
      await bring(own.pool, [{ ...second, labels }, first]);
      const text = textOf([cardRule('X1', 2, 50)]);
      for (const facts of ['stored', 'recomputed'] as const) {
        const { result } = await backtest(own.pool, { text, facts });
        expect(result).toMatchObject({ orders: 2, undecided: 0, notEvaluable: { orders: 0 } });
        expect(result.outcomes).toEqual(
          expect.arrayContaining([
            expect.objectContaining({ was: 'accept', would: 'accept', orders: 1 }),
            expect.objectContaining({ was: 'accept', would: 'review', orders: 1 }),
          ]),
        );
      }
    } finally {
      await own.close();
    }
  });
});

describe('the end of an import', () => {
  it('computes the totals of its days, again for a later import, and none that live orders read', async () => {
    const own = await openDatabase(4);
    const days = 24 * 60;
    const totals = async () =>
      (
        await own.pool.query<{ day: string; orders: string }>(
          `select day::text, orders from banner_totals where banner = 's5a' order by day`,
        )
      ).rows.map(({ orders }) => Number(orders));
    try {
      const end = async (lines: readonly Json[]) => {
        const importId = await begin(own.pool);
        await store(own.pool, importId, 1, lines);
        await finishImport(contextOf(own.pool), importId);
      };
      await end([line(5 * days), line(3 * days)]);
      expect(await totals()).toEqual([1, 1, 2]);
      await own.pool.query(
        `update banner_totals set import_id = null
          where day = (select max(day) from banner_totals)`,
      );
      await end([line(5 * days), line(3 * days)]);
      expect(await totals()).toEqual([2, 2, 2]);
    } finally {
      await own.close();
    }
  });
});
