import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWire } from '../../contracts/faults.js';
import { outcomes } from '../../contracts/hbc/decision.js';
import { LabelStatement } from '../../contracts/v1/labels.js';
import { readImportFile } from '../support/read-files.js';
import {
  hitFigures,
  outcomeFigures,
  type PerformanceCell,
} from '../../domain/labels/performance.js';

interface Order {
  readonly isHit: boolean;
  readonly ending: (typeof outcomes)[number];
  readonly became: 'fraud' | 'good' | 'dispute' | 'unlabelled';
  readonly currency: string | null;
  readonly units: bigint;
}

const anyOrder: fc.Arbitrary<Order> = fc.record({
  isHit: fc.boolean(),
  ending: fc.constantFrom(...outcomes),
  became: fc.constantFrom('fraud', 'good', 'dispute', 'unlabelled'),
  currency: fc.constantFrom('USD', 'CAD', null),
  units: fc.bigInt({ min: 0n, max: 10n ** 13n }),
});

/** Orders in cells as the database returns them, in any order and split in any way. */
const cellsOf = (orders: readonly Order[], pieces: number): PerformanceCell[] => {
  const cells = new Map<string, PerformanceCell>();
  for (const [index, order] of orders.entries()) {
    const { isHit, ending, became, currency, units } = order;
    const own = currency === null ? 0n : units;
    const id = [isHit, ending, became, currency, index % pieces].join();
    const cell = cells.get(id) ?? { key: 'k', ...order, orders: 0, units: 0n };
    cells.set(id, { ...cell, orders: cell.orders + 1, units: cell.units + own });
  }
  return [...cells.values()].toReversed();
};

/** The figures, counted by hand, order by order. */
const naive = (orders: readonly Order[], isFor: (one: Order) => boolean, pointed: Order[]) => {
  const count = (test: (one: Order) => boolean) => pointed.filter(test).length;
  const tp = count((one) => one.became === 'fraud');
  const fp = count((one) => one.became === 'good');
  const fn = orders.filter((one) => isFor(one) && one.became === 'fraud').length;
  const precision = tp + fp === 0 ? null : tp / (tp + fp);
  const recall = tp + fn === 0 ? null : tp / (tp + fn);
  const money = (became: string) =>
    ['CAD', 'USD'].flatMap((currency) => {
      const own = pointed.filter(
        (one) => one.ending === 'reject' && one.became === became && one.currency === currency,
      );
      const units = own.reduce((sum, one) => sum + one.units, 0n);
      return own.length === 0 ? [] : [{ currency, amount: Number(units) / 10_000 }];
    });
  return {
    orders: pointed.length,
    disputes: count((one) => one.became === 'dispute'),
    fraud: tp,
    good: fp,
    unlabelled: count((one) => one.became === 'unlabelled'),
    missedFraud: fn,
    precision,
    recall,
    harmonic:
      precision === null || recall === null
        ? null
        : precision + recall === 0
          ? 0
          : (2 * precision * recall) / (precision + recall),
    falsePositives: money('good'),
    caughtFraud: money('fraud'),
    unvalued: count(
      (one) =>
        one.ending === 'reject' &&
        (one.became === 'fraud' || one.became === 'good') &&
        one.currency === null,
    ),
  };
};

describe('figures of performance', () => {
  const ways = [
    [
      'the final outcome',
      outcomeFigures,
      (one: Order) => one.ending === 'reject',
      (one: Order) => one.ending === 'accept',
    ],
    ['a rule', hitFigures, (one: Order) => one.isHit, (one: Order) => !one.isHit],
  ] as const;

  it.each(ways)('of %s are those counted order by order', (_name, figures, against, isFor) => {
    fc.assert(
      fc.property(
        fc.array(anyOrder, { maxLength: 60 }),
        fc.integer({ min: 1, max: 3 }),
        (orders, pieces) => {
          const { f1, ...given } = figures(cellsOf(orders, pieces));
          const { harmonic, ...expected } = naive(orders, isFor, orders.filter(against));
          expect(given).toEqual(expected);
          expect(f1 === null).toBe(harmonic === null);
          expect(f1 ?? 0).toBeCloseTo(harmonic ?? 0, 12);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are undefined, and not zero, where nothing is labelled', () => {
    const order = { isHit: true, ending: 'reject', currency: 'USD', units: 1n } as const;
    const none = cellsOf([{ ...order, became: 'unlabelled' }], 1);
    expect(outcomeFigures(none)).toMatchObject({ precision: null, recall: null, f1: null });
    const missed = cellsOf([{ ...order, ending: 'accept', became: 'fraud' }], 1);
    expect(outcomeFigures(missed)).toMatchObject({ precision: null, recall: 0, f1: null });
    const wrong = cellsOf([{ ...order, became: 'good' }], 1);
    expect(outcomeFigures(wrong)).toMatchObject({ precision: 0, recall: null, f1: null });
  });
});

const faultsOf = (statement: object) => {
  const parsed = parseWire(LabelStatement, statement);
  return parsed.ok ? [] : parsed.faults.map(({ error, message }) => `${error} ${message}`);
};

describe('a statement', () => {
  const byId = { kind: 'fraud', transactionId: 'tx_1' };

  it.each([
    [{ kind: 'fraud' }, 'missing_field $.transactionId'],
    [{ kind: 'fraud', orderId: '1' }, 'missing_field $.banner'],
    [{ kind: 'fraud', last4: '1111', date: '2026-11-20' }, 'missing_field $.amount'],
    [{ kind: 'fraud', last4: '1111', amount: 1, currency: 'USD' }, 'missing_field $.date'],
    [{ ...byId, amount: 1 }, 'missing_field $.currency'],
    [{ ...byId, kind: 'chargeback', amount: 1, currency: 'USD' }, 'missing_field $.date'],
    [
      { ...byId, kind: 'chargeback', currency: 'USD', date: '2026-11-20' },
      'missing_field $.amount',
    ],
    [{ ...byId, kind: 'scam' }, 'invalid_enum $.kind'],
    [{ ...byId, last4: '4111111111111111' }, 'invalid_value $.last4'],
    [{ ...byId, reason: 'ann@example.com' }, 'invalid_value $.reason'],
    [{ ...byId, sourceId: 'a b' }, 'invalid_value $.sourceId'],
    [{ ...byId, date: '2026-02-30' }, 'invalid_date $.date'],
    [{ ...byId, email: 'x' }, 'invalid_value $'],
  ])('%j is refused: %s', (statement, begin) => {
    const faults = faultsOf(statement);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.startsWith(`${begin} `)).toBe(true);
  });

  it.each([
    byId,
    { kind: 'good', banner: 's5a', orderId: '1' },
    { kind: 'fraud', last4: '0042', amount: '12.50', currency: 'usd', orderDate: '2026-11-20' },
    { ...byId, kind: 'chargeback', amount: 1, currency: 'USD', date: '2026-11-20' },
  ])('%j is taken', (statement) => {
    expect(faultsOf(statement)).toEqual([]);
  });
});

describe('an imported file', () => {
  it.each([
    ['', 'must have a header'],
    ['\n\n', 'must have a header'],
    ['transaction_id\nx', 'must have the column kind'],
    ['kind,notes\n', 'has an unknown column: "notes" (column 2); known are kind, transaction_id'],
    ['good,4111111111111111\n', 'has unknown columns: "good" (column 1), column 2; known are'],
    ['kind,KIND\n', 'has a column twice in its header'],
    ['ki"nd\nAnn,x', 'must have a header, but its line 1 has a quote inside a cell that'],
  ])('%j is refused as a whole: %s', (text, fault) => {
    expect(readImportFile(text)).toContain(fault);
  });

  it('names the columns of an invalid line and never their content', () => {
    const pan = '4111111111111111';
    const file = readImportFile(
      `Kind,last4,amount,order_id,email\n`.replace(',email', '') +
        `good,${pan},x${pan},\n` +
        `${pan},1111,5,\n` +
        `good,1,2,3,4,5\n`,
    );
    if (typeof file === 'string') throw new Error(file);
    expect(file.statements).toEqual([]);
    expect(file.wrong.map(({ line, faults }) => [line, faults.map((one) => one.column)])).toEqual([
      [2, ['last4', 'amount']],
      [3, ['kind']],
      [4, [null]],
    ]);
    expect(JSON.stringify(file)).not.toContain(pan);
  });

  it('never throws and answers every line once, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 20 }), (lines) => {
        const text = ['kind,transaction_id,date', ...lines].join('\n');
        const file = readImportFile(text);
        if (typeof file === 'string') throw new Error(file);
        const answered = [...file.statements, ...file.wrong].map(({ line }) => line);
        expect(new Set(answered).size).toBe(answered.length);
        expect(Math.max(0, ...answered)).toBeLessThanOrEqual(text.split(/\r\n|\r|\n/).length);
      }),
      { numRuns: 300 },
    );
  });
});
