import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTransaction } from '../../../contracts/hbc/transaction.js';
import { exampleBody } from '../../support/transactions.js';
import { codesOf, type Field, fieldsOf, type Kind, parseWith } from './fields.js';

const named = (...kinds: Kind[]) =>
  fieldsOf(...kinds).map((field) => [field.name, field] as [string, Field]);

/** Code and path of the faults of each value, as `code path`. */
const refusals = (field: Field, values: readonly unknown[]) =>
  values.map((value) => codesOf(parseWith(field, value).faults).map((fault) => fault.join(' ')));

const eachRefused = (field: Field, code: string, count: number) =>
  Array.from({ length: count }, () => [`${code} ${field.name}`]);

describe('money', () => {
  it.each(named('money', 'signedMoney'))(
    '%s is exact up to 10^9 and four digits',
    (_name, field) => {
      const good: [unknown, number][] = [
        [0, 0],
        [-0, 0],
        ['-0.00', 0],
        [1_000_000_000, 1_000_000_000],
        ['1000000000.0000', 1_000_000_000],
        [999_999_999.9999, 999_999_999.9999],
        ['0.0001', 0.0001],
        ['12.3400000', 12.34],
        ['100', 100],
        [' +7.5 ', 7.5],
      ];
      for (const [value, read] of good) expect(parseWith(field, value).value).toBe(read);
    },
  );

  it.each(named('money', 'signedMoney'))('%s refuses what cannot be held', (_name, field) => {
    const over = [1_000_000_000.0001, '1000000000.0001', 1e21, '9'.repeat(400), Number('1e400')];
    const bad = [...over, 1e-5, '0.00001', 0.1 + 0.2, '0.00010001'];
    expect(refusals(field, bad)).toEqual(eachRefused(field, 'invalid_value', bad.length));
  });

  it.each(named('money'))('%s cannot be negative', (_name, field) => {
    expect(refusals(field, [-0.0001, '-1'])).toEqual(eachRefused(field, 'invalid_value', 2));
  });

  it.each(named('signedMoney'))('%s may be negative, down to -10^9', (_name, field) => {
    expect(parseWith(field, '-1000000000').value).toBe(-1_000_000_000);
    expect(refusals(field, [-1_000_000_000.01])).toEqual(eachRefused(field, 'invalid_value', 1));
  });

  it('is held exactly, as a number and as a string', () => {
    const [total] = fieldsOf('money');
    const units = fc.integer({ min: 0, max: 10_000_000_000_000 });
    fc.assert(
      fc.property(units, (tenThousandths) => {
        const fraction = String(tenThousandths % 10_000).padStart(4, '0');
        const spelled = `${Math.floor(tenThousandths / 10_000)}.${fraction}`;
        for (const wire of [spelled, Number(spelled)]) {
          const read = total && parseWith(total, wire).value;
          expect(Math.round(Number(read) * 10_000)).toBe(tenThousandths);
        }
      }),
    );
  });

  it('a number spelled with 200,000 digits is refused at once', () => {
    const [total] = fieldsOf('money');
    const startedMs = performance.now();
    expect(total && parseWith(total, `0.${'0'.repeat(200_000)}1`).faults).toHaveLength(1);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });
});

describe('integers', () => {
  it.each(named('integer'))('%s is safe up to 2^53-1, as a number or a string', (_name, field) => {
    const most = Number.MAX_SAFE_INTEGER;
    for (const value of [most, String(most), ` +${most} `]) {
      expect(parseWith(field, value).value).toBe(most);
    }
    for (const value of [most + 1, '9007199254740993', '9'.repeat(400)]) {
      expect(parseWith(field, value).faults.map((fault) => fault.message.split(' ')[0])).toEqual([
        field.name,
      ]);
    }
  });

  it.each(named('integer'))('%s keeps its least value', (_name, field) => {
    expect(parseWith(field, field.min).value).toBe(field.min === 0 ? 0 : field.min);
    expect(refusals(field, [field.min - 1])).toEqual(eachRefused(field, 'invalid_value', 1));
  });
});

describe('lists', () => {
  const parseItems = (count: number) =>
    parseTransaction(exampleBody({ items: Array<unknown>(count).fill(firstItem()) }));
  const firstItem = () => (exampleBody()['items'] as unknown[])[0];

  it('an order has 1 to 500 lines', () => {
    expect(parseItems(1).ok && parseItems(500).ok).toBe(true);
    for (const count of [0, 501]) {
      const parsed = parseItems(count);
      expect(parsed.ok ? [] : codesOf(parsed.faults)).toEqual([['invalid_value', '$.items']]);
    }
  });

  it('an order has at most 100 promotions', () => {
    const promo = { promotionCode: 'A', promotionAmount: 1 };
    const parse = (count: number) =>
      parseTransaction(
        exampleBody({ promos: Array.from({ length: count }, () => ({ ...promo })) }),
      );
    expect(parse(0).ok && parse(100).ok).toBe(true);
    const parsed = parse(101);
    expect(parsed.ok ? [] : codesOf(parsed.faults)).toEqual([['invalid_value', '$.promos']]);
  });

  it('a null line is no line', () => {
    const parsed = parseTransaction(exampleBody({ items: [null] }));
    expect(parsed.ok ? [] : codesOf(parsed.faults)).toEqual([['invalid_type', '$.items[0]']]);
  });
});

describe('choices', () => {
  it('are read without regard to case and spaces, and answered in lower case', () => {
    const parsed = parseTransaction(
      exampleBody({ banner: ' S5A ', customer: { customerType: 'GUEST\n' } }),
    );
    expect(parsed.ok && [parsed.value.banner, parsed.value.customer.customerType]).toEqual([
      's5a',
      'guest',
    ]);
  });

  it.each(named('choice'))('%s refuses what is not on its list', (_name, field) => {
    const others = ['x', 's5 a', 'guests', 'latlat'];
    expect(refusals(field, others)).toEqual(eachRefused(field, 'invalid_enum', 4));
  });
});

describe('flags', () => {
  it('are booleans, or their two spellings', () => {
    const [wrapped] = fieldsOf('flag');
    const read = [true, false, 'true', 'false'].map((raw) => wrapped && parseWith(wrapped, raw));
    expect(read.map((parsed) => parsed?.value)).toEqual([true, false, true, false]);
  });
});

describe('nesting and size', () => {
  const deep = (open: string, close: string): unknown =>
    JSON.parse(open.repeat(200_000) + '1' + close.repeat(200_000));

  it.each([
    ['arrays', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('200,000 levels of %s are refused or dropped, and nothing breaks', (_what, open, close) => {
    const value = deep(open, close);
    expect(parseTransaction(value).ok).toBe(false);
    expect(parseTransaction({ ...exampleBody(), unknown: value }).ok).toBe(true);
    for (const field of ['items', 'customer', 'salesRep', 'orderId']) {
      const parsed = parseTransaction({ ...exampleBody(), [field]: value });
      const paths = parsed.ok ? [] : parsed.faults.map((fault) => fault.message.split(' ')[0]);
      expect(paths.every((path) => path?.startsWith(`$.${field}`)) && paths.length > 0).toBe(true);
    }
  });

  it('a huge list is one fault, not one for each of its members', () => {
    for (const member of [{}, 1, null]) {
      const parsed = parseTransaction(exampleBody({ items: Array<unknown>(200_000).fill(member) }));
      expect(parsed.ok ? [] : codesOf(parsed.faults)).toEqual([['invalid_value', '$.items']]);
    }
  });
});
