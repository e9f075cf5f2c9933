import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelKinds } from '../../contracts/v1/labels.js';
import { listAudit } from '../../db/audit.js';
import type { Pool } from '../../db/pool.js';
import { exportLabels, importLabels } from '../../services/labels/csv.js';
import { readLabelHistory } from '../../services/labels/read.js';
import { withdrawLabel } from '../../services/labels/statements.js';
import { createLeakScan } from '../support/leak-scan.js';
import { openDatabase } from './database.js';
import { analyst, resultsOf, say, sayAt, sayDay, storeOrder } from './labels-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
let pool: Pool;

beforeAll(async () => {
  database = await openDatabase(22);
  ({ pool } = database);
});

afterAll(() => database?.close());

const historyOf = async (transactionId: string) => {
  const history = await readLabelHistory({ db: pool }, transactionId);
  if (history === undefined) throw new Error('no such transaction');
  return history;
};

const countLabels = async (): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>('select count(*)::integer as n from labels');
  return rows[0]?.n ?? -1;
};

const chargeback = (transactionId: string, more: object = {}) => ({
  transactionId,
  kind: 'chargeback',
  reason: '10.4',
  amount: 187.45,
  currency: 'USD',
  date: sayDay(1),
  ...more,
});

describe('statements about one order', () => {
  it('are all kept, newest first, with who, when, how and from which day on', async () => {
    const transactionId = await storeOrder(pool);
    await say(pool, [{ transactionId, kind: 'good' }]);
    const later = new Date(sayAt.getTime() + 86_400_000);
    await say(pool, [chargeback(transactionId, { reason: ' 10.4 ', sourceId: 'CB-1' })], {
      now: later,
    });
    const { current, labels } = await historyOf(transactionId);
    expect(labels.map(({ kind, isCurrent }) => [kind, isCurrent])).toEqual([
      ['chargeback', true],
      ['good', false],
    ]);
    expect(current).toEqual({
      labelId: expect.any(String) as string,
      transactionId,
      banner: 's5a',
      orderId: expect.any(String) as string,
      groupId: '1',
      kind: 'chargeback',
      amount: 187.45,
      currency: 'USD',
      date: sayDay(1),
      reason: '10.4',
      source: 'api',
      sourceId: 'CB-1',
      saidBy: 'analyst:ann',
      saidAt: later.toISOString(),
      isCurrent: true,
      withdrawn: null,
    });
  });

  it('twenty equal ones at once are one row, one accepted and nineteen repeated', async () => {
    const transactionId = await storeOrder(pool);
    const equal = chargeback(transactionId, { sourceId: 'CB-20' });
    const results = await Promise.all(
      Array.from({ length: 20 }, () => resultsOf(say(pool, [equal]))),
    );
    const words = results.map(([one]) => one?.result);
    expect(words.filter((word) => word === 'taken')).toHaveLength(1);
    expect(words.filter((word) => word === 'repeated')).toHaveLength(19);
    expect((await historyOf(transactionId)).labels).toHaveLength(1);
    const audit = await listAudit(pool, transactionId);
    expect(audit.filter((row) => row.action === 'label.stated')).toHaveLength(1);
  });

  it('two batches that name the same orders the other way round both get through', async () => {
    const ids = [await storeOrder(pool), await storeOrder(pool), await storeOrder(pool)];
    const batch = ids.map((transactionId) => ({ transactionId, kind: 'fraud' }));
    // Slow enough that, side by side, each would hold the lock that the other one needs.
    await pool.query(`create function linger() returns trigger language plpgsql as $$
      begin perform pg_sleep(0.05); return new; end $$;
      create trigger linger before insert on labels for each row execute function linger()`);
    try {
      const both = await Promise.all([
        resultsOf(say(pool, batch)),
        resultsOf(say(pool, batch.toReversed())),
      ]);
      const words = both.flat().map((one) => one.result);
      expect(words.filter((word) => word === 'taken')).toHaveLength(3);
      expect(words.filter((word) => word === 'repeated')).toHaveLength(3);
    } finally {
      await pool.query('drop trigger linger on labels; drop function linger');
    }
  });

  it('the same one twice in one request is accepted once', async () => {
    const transactionId = await storeOrder(pool);
    const same = { transactionId, kind: 'fraud' };
    const results = await resultsOf(say(pool, [same, same]));
    expect(results.map((one) => one.result)).toEqual(['taken', 'repeated']);
    expect(results[0]?.label?.labelId).toBe(results[1]?.label?.labelId);
  });

  it('one that differs in kind, amount, currency, day or number is a correction', async () => {
    const transactionId = await storeOrder(pool);
    const corrections = [
      {},
      { amount: 187.4501 },
      { currency: 'CAD' },
      { date: sayDay() },
      { sourceId: 'CB-2' },
      { kind: 'refunded_as_fraud' },
    ].map((more) => chargeback(transactionId, more));
    for (const one of corrections) {
      const [result] = await resultsOf(say(pool, [one]));
      expect(result).toMatchObject({ result: 'taken', label: { isCurrent: true } });
    }
    expect((await historyOf(transactionId)).labels).toHaveLength(corrections.length);
  });

  it('an old one sent again does not come to count again', async () => {
    const transactionId = await storeOrder(pool);
    await say(pool, [chargeback(transactionId)]);
    await say(pool, [{ transactionId, kind: 'good' }]);
    const [again] = await resultsOf(say(pool, [chargeback(transactionId)]));
    expect(again).toMatchObject({ result: 'repeated', label: { isCurrent: false } });
    expect((await historyOf(transactionId)).current?.kind).toBe('good');
  });

  it('cannot be changed, only withdrawn once', async () => {
    const transactionId = await storeOrder(pool);
    await say(pool, [chargeback(transactionId)]);
    const change = (set: string) =>
      pool.query(`update labels set ${set} where transaction_id = $1`, [transactionId]);
    await expect(change(`kind = 'good'`)).rejects.toThrow('never changed');
    await expect(change('amount = 1')).rejects.toThrow('never changed');
    await change('told_at = now()');
    await expect(change('told_at = null')).rejects.toThrow('never changed');
    await change(`withdrawn_at = now(), withdrawn_by = 'x', withdrawal_reason = 'y'`);
    await expect(change(`withdrawal_reason = 'z'`)).rejects.toThrow('never changed');
  });

  it('whatever is stated, withdrawn and repeated: the latest not withdrawn is current', async () => {
    const step = fc.record({
      kind: fc.constantFrom(...labelKinds),
      number: fc.integer({ min: 0, max: 3 }),
      withdraws: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const transactionId = await storeOrder(pool);
        const model: { key: string; isWithdrawn: boolean }[] = [];
        for (const { kind, number, withdraws } of steps) {
          const key = `${kind} ${number}`;
          const said = chargeback(transactionId, {
            ...{ kind, sourceId: `n${number}` },
            reason: kind === 'dispute' ? '13.1' : '10.4',
          });
          const [result] = await resultsOf(say(pool, [said]));
          const known = model.find((one) => one.key === key);
          expect(result?.result).toBe(known === undefined ? 'taken' : 'repeated');
          const own = known ?? { key, isWithdrawn: false };
          if (known === undefined) model.push(own);
          if (!withdraws) continue;
          const labelId = result?.label?.labelId ?? '';
          await withdrawLabel(
            { db: pool, actor: analyst, now: sayAt },
            { labelId, reason: 'wrong' },
          );
          own.isWithdrawn = true;
        }
        const { current, labels } = await historyOf(transactionId);
        const shown = labels.map((one) => `${one.kind} ${one.sourceId?.slice(1)}`);
        expect(shown).toEqual(model.map(({ key }) => key).toReversed());
        const standing = model.findLast((one) => !one.isWithdrawn)?.key;
        expect(current && `${current.kind} ${current.sourceId?.slice(1)}`).toBe(standing ?? null);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a statement that is withdrawn', () => {
  it('stays with its reason, and the one before it counts again', async () => {
    const transactionId = await storeOrder(pool);
    await say(pool, [{ transactionId, kind: 'good' }]);
    const [said] = await resultsOf(say(pool, [chargeback(transactionId)]));
    const labelId = said?.label?.labelId ?? '';
    const withdraw = (reason: string) =>
      withdrawLabel({ db: pool, actor: { name: 'analyst:bo' }, now: sayAt }, { labelId, reason });
    expect(await withdraw('won the dispute')).toMatchObject({
      isCurrent: false,
      withdrawn: { at: sayAt.toISOString(), by: 'analyst:bo', reason: 'won the dispute' },
    });
    expect(await withdraw('other')).toMatchObject({ withdrawn: { reason: 'won the dispute' } });
    expect((await historyOf(transactionId)).current?.kind).toBe('good');
    const audit = (await listAudit(pool, transactionId)).map((row) => row.action);
    expect(audit.filter((action) => action === 'label.withdrawn')).toHaveLength(1);
  });

  it('is not stated again by the same file', async () => {
    const transactionId = await storeOrder(pool);
    const [said] = await resultsOf(say(pool, [chargeback(transactionId)]));
    const labelId = said?.label?.labelId ?? '';
    await withdrawLabel({ db: pool, actor: analyst, now: sayAt }, { labelId, reason: 'mistake' });
    const [again] = await resultsOf(say(pool, [chargeback(transactionId)]));
    expect(again).toMatchObject({ result: 'repeated', label: { labelId } });
    expect((await historyOf(transactionId)).current).toBeNull();
  });
});

describe('a batch', () => {
  it('with one unknown transaction stores nothing and names its place', async () => {
    const transactionId = await storeOrder(pool);
    const before = await countLabels();
    const batch = [{ transactionId, kind: 'fraud' }, chargeback('tx_unknown')];
    expect(await say(pool, batch)).toMatchObject({
      kind: 'refused',
      faults: [{ index: 1, error: 'unknown_transaction' }],
    });
    expect(await countLabels()).toBe(before);
  });

  it('that Postgres breaks off stores nothing', async () => {
    const ids = [await storeOrder(pool), await storeOrder(pool)];
    const before = await countLabels();
    const batch = ids.map((transactionId) => chargeback(transactionId));
    await pool.query(`create function refuse_second() returns trigger language plpgsql as $$
      begin if new.transaction_id = '${ids[1]}' then raise exception 'no'; end if; return new; end
      $$; create trigger refuse_second before insert on labels
        for each row execute function refuse_second()`);
    try {
      await expect(say(pool, batch)).rejects.toThrow('no');
    } finally {
      await pool.query('drop trigger refuse_second on labels; drop function refuse_second');
    }
    expect(await countLabels()).toBe(before);
  });
});

describe('a chargeback', () => {
  it.each([
    [{ reason: '13.1' }, 'dispute', ['stored_as_dispute']],
    [{ reason: 'not received' }, 'dispute', ['stored_as_dispute']],
    [{ reason: 'stolen card', fraud: true }, 'chargeback', undefined],
    [{ reason: '4837' }, 'chargeback', undefined],
    [{ amount: 1_000_000 }, 'chargeback', ['amount_above_order']],
    [{ currency: 'CAD' }, 'chargeback', ['other_currency']],
  ])('%j is kept as %s and the answer says so', async (more, kind, flags) => {
    const id = await storeOrder(pool);
    const [result] = await resultsOf(say(pool, [chargeback(id, { amount: 1, ...more })]));
    expect(result).toMatchObject({ result: 'taken', label: { kind } });
    expect(result?.flags).toEqual(flags);
  });

  it('that is there is repeated, although its day could not be stated now', async () => {
    const id = await storeOrder(pool);
    const given = chargeback(id, { date: sayDay(-2) });
    await pool.query(
      `insert into labels (label_id, transaction_id, banner, kind, amount, currency, reason,
          effective_on, source, source_id, said_by, said_at)
        values (gen_random_uuid(), $1, 's5a', 'chargeback', 187.45, 'USD', '10.4', $2, 'csv', '',
          'ann', $3)`,
      [id, given.date, sayAt],
    );
    expect(await resultsOf(say(pool, [given]))).toMatchObject([{ result: 'repeated' }]);
  });

  it('of an earlier release whose reason has no code stays one when it is stated again', async () => {
    const id = await storeOrder(pool);
    const given = chargeback(id, { reason: 'stolen card' });
    await say(pool, [{ ...given, fraud: true }]);
    expect(await resultsOf(say(pool, [given]))).toMatchObject([
      { result: 'repeated', label: { kind: 'chargeback' } },
    ]);
    const denied = await resultsOf(say(pool, [{ ...given, fraud: false }]));
    expect(denied).toMatchObject([{ result: 'taken', label: { kind: 'dispute' } }]);
  });

  it.each([sayDay(-400), sayDay(3), '9999-12-31'])(
    'of %s, which its order or our clock contradicts, refuses the request and stores nothing',
    async (date) => {
      const id = await storeOrder(pool);
      const stated = await say(pool, [
        { transactionId: id, kind: 'good' },
        chargeback(id, { date }),
      ]);
      expect(stated).toMatchObject({ kind: 'refused', faults: [{ index: 1, field: 'date' }] });
      expect((await historyOf(id)).labels).toEqual([]);
    },
  );
});

describe('a file', () => {
  const importText = async (text: string) => {
    const outcome = await importLabels(
      { db: pool, actor: analyst, now: sayAt },
      { text, matchDays: 3 },
    );
    if (outcome.kind !== 'imported') throw new Error(outcome.fault);
    return outcome.report;
  };

  it('gets an answer for each line; invalid lines do not reject the others', async () => {
    const [one, two] = [await storeOrder(pool), await storeOrder(pool)];
    const report = await importText(
      [
        'kind,transaction_id,amount,currency,date,reason',
        `good,${one},,,,`,
        `chargeback,${two},12.50,usd,${sayDay(1)},"10.4, absent"`,
        `chargeback,${two},12.50,USD,20.11.2026,x`,
        `good,${one},,,,`,
        `good,tx_unknown,,,,`,
        `maybe,${one},,,,,,`,
        `chargeback,"${one}`,
      ].join('\n'),
    );
    expect(report).toMatchObject({ taken: 2, repeated: 1, unmatched: 1, ambiguous: 0, wrong: 3 });
    expect(report.lines.map(({ line, result }) => `${line} ${result}`)).toEqual([
      '2 taken',
      '3 taken',
      '4 wrong',
      '5 repeated',
      '6 unmatched',
      '7 wrong',
      '8 wrong',
    ]);
    expect(report.lines[2]?.faults?.[0]?.column).toBe('date');
    expect((await historyOf(two)).current).toMatchObject({
      kind: 'chargeback',
      amount: 12.5,
      currency: 'USD',
      reason: '10.4, absent',
      source: 'csv',
    });
  });

  it('has the line and the column of each day, sum and code that cannot be', async () => {
    const id = await storeOrder(pool);
    const line = (more: Readonly<Record<string, string>>) => {
      const given = { amount: '5', currency: 'USD', date: sayDay(), reason: '10.4', ...more };
      return `chargeback,${id},${Object.values(given).join(',')}`;
    };
    const wrong = [
      ...['2026-09-31', '2026-02-30', '9999-12-31', sayDay(-730), sayDay(2)].map((date) => ({
        date,
      })),
      ...[{ currency: 'ZZZ' }, { currency: 'XTS' }, { amount: '5.5', currency: 'JPY' }],
      { fraud: 'maybe' },
    ];
    const report = await importText(
      [
        'kind,transaction_id,amount,currency,date,reason,fraud',
        ...wrong.map((more) => line(more)),
        line({ amount: '1000000', currency: 'USD', fraud: '' }),
        line({ reason: 'not as described', fraud: 'false' }),
      ].join('\n'),
    );
    const columns = report.lines
      .slice(0, wrong.length)
      .map(({ line: number, faults }) => [number, faults?.map(({ column }) => column)]);
    const names = ['date', 'date', 'date', 'date', 'date', 'currency', 'currency', 'amount'];
    expect(columns).toEqual([...names, 'fraud'].map((name, index) => [index + 2, [name]]));
    expect(report.lines.slice(wrong.length)).toMatchObject([
      { line: 11, result: 'taken', flags: ['amount_above_order'] },
      { line: 12, result: 'taken', flags: ['stored_as_dispute'] },
    ]);
  });

  it('of our own export adds nothing new, whatever is in it', async () => {
    const transactionId = await storeOrder(pool, { orderId: '=HYPERLINK("http://x")' });
    await say(pool, [
      chargeback(transactionId, { reason: '=cmd|x, "quoted"; +1' }),
      { transactionId, kind: 'good' },
    ]);
    let text = '';
    for await (const part of exportLabels({ db: pool }, {})) text += part;
    const cells = text.split(/\r\n|,/).map((cell) => cell.replace(/^"/, ''));
    expect(cells.filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
    const before = await countLabels();
    const report = await importText(text);
    expect(report).toMatchObject({ taken: 0, repeated: before, wrong: 0 });
    expect(await countLabels()).toBe(before);
  });
});

describe('the tables', () => {
  it('hold nothing personal, and no card number that a reason or number carried', async () => {
    const transactionId = await storeOrder(pool);
    const pan = '4111111111111111';
    await say(pool, [chargeback(transactionId, { reason: `card ${pan}`, sourceId: pan })]);
    const [row] = (await historyOf(transactionId)).labels;
    const labelId = row?.labelId ?? '';
    await withdrawLabel(
      { db: pool, actor: analyst, now: sayAt },
      { labelId, reason: `not ${pan}` },
    );
    const { rows } = await pool.query<{ text: string }>(
      `select to_jsonb(l)::text as text from labels l
        union all select to_jsonb(a)::text from audit a`,
    );
    const scan = createLeakScan([pan, 'Whitfield', 'Maple Ave', '@example.com']);
    for (const { text } of rows) scan.add('row', text);
    expect(scan.leaks()).toEqual([]);
    expect(scan.scannedBytes()).toBeGreaterThan(1000);
    expect(row).toMatchObject({ reason: 'card 411111*1111', sourceId: '411111*1111' });
  });
});
