import { describe, expect, it } from 'vitest';
import { parseTransaction } from '../../../contracts/hbc/transaction.js';
import { exampleBody } from '../../support/transactions.js';
import { codesOf, type Field, fields, fieldsOf, type Kind, parseWith } from './fields.js';

const notNumbers = ['', ' ', 'abc', '1e3', '0x10', 'NaN', 'Infinity', '1,5', '1.', '.5', '--1'];

/** Values of a type that a field of this kind must refuse as such. */
const wrongTypes = (kind: Kind): unknown[] => {
  switch (kind) {
    case 'money':
    case 'signedMoney':
      return [true, [], {}, [1], ...notNumbers];
    case 'integer':
      return [true, [], {}, 1.5, '1.0', ...notNumbers];
    case 'flag':
      return [0, 1, [], {}, '', 'yes', 'TRUE'];
    case 'object':
      return ['x', 7, true, []];
    case 'list':
      return ['x', 7, true, {}];
    case 'text':
    case 'filled':
    case 'choice':
    case 'date':
    case 'email':
    case 'ip':
    case 'uuid':
    case 'currency':
    case 'pan':
    case 'expiry':
    case 'cvv':
      return [7, true, [], {}, ['x']];
    default:
      return kind satisfies never;
  }
};

const cases = fields.map((field) => [field.name, field] as [string, Field]);
const only = (required: boolean) => cases.filter(([, field]) => field.required === required);

describe('every field of the published model', () => {
  it.each(only(true))('%s is required: absent or null is one missing_field', (name, field) => {
    const missing = [['missing_field', name]];
    expect(codesOf(parseWith(field, undefined).faults)).toEqual(missing);
    expect(codesOf(parseWith(field, null).faults)).toEqual(missing);
  });

  it.each(only(false))('%s may be absent, and null is the same as absent', (_name, field) => {
    const absent = parseWith(field, undefined);
    expect(absent.faults).toEqual([]);
    expect(parseWith(field, null).transaction).toEqual(absent.transaction);
  });

  it.each(cases)('%s of a wrong type is one invalid_type', (name, field) => {
    for (const value of wrongTypes(field.kind)) {
      const { faults } = parseWith(field, value);
      expect(codesOf(faults), JSON.stringify(value)).toEqual([['invalid_type', name]]);
    }
  });
});

const isLeaf = ({ kind }: Field): boolean => kind !== 'object' && kind !== 'list';

describe('text that Postgres or UTF-8 cannot hold', () => {
  it.each(cases.filter(([, field]) => isLeaf(field)))('%s refuses it', (name, field) => {
    for (const value of ['\u0000', 'a\u0000b', '1\u0000', '\uD800', 'a\uDC00b', '\uDE00\uD83D']) {
      const { faults } = parseWith(field, value);
      expect(codesOf(faults), JSON.stringify(value)).toEqual([['invalid_value', name]]);
    }
  });
});

describe('blank text', () => {
  const blanks = ['', '   '];

  it.each(fieldsOf('text', 'email', 'ip').map((field) => [field.name, field] as const))(
    '%s takes it as it is: a signal for scoring',
    (_name, field) => {
      for (const blank of blanks) expect(parseWith(field, blank).value).toBe(blank);
    },
  );

  it.each(
    fieldsOf('filled', 'currency', 'pan', 'choice', 'date', 'uuid', 'expiry').map(
      (field) => [field.name, field] as const,
    ),
  )('%s refuses it, by one fault', (name, field) => {
    for (const blank of blanks) {
      expect(codesOf(parseWith(field, blank).faults).map(([, path]) => path)).toEqual([name]);
    }
  });
});

describe('many faults', () => {
  it('are all reported at once, one per field, each by its own path', () => {
    const [first, second] = exampleBody()['items'] as object[];
    const body = exampleBody({
      orderId: ' ',
      creditCard: { expiryDate: '13-29' },
      items: [first, { ...second, price: -1 }],
      customer: { lastName: null },
    });
    const parsed = parseTransaction(body);
    expect(codesOf(parsed.ok ? [] : parsed.faults)).toEqual([
      ['invalid_value', '$.orderId'],
      ['invalid_date', '$.creditCard.expiryDate'],
      ['invalid_value', '$.items[1].price'],
      ['missing_field', '$.customer.lastName'],
    ]);
  });

  it('an empty object misses each required field of the order', () => {
    const parsed = parseTransaction({});
    const required = fields.filter((field) => field.path.length === 1 && field.required);
    expect(codesOf(parsed.ok ? [] : parsed.faults)).toEqual(
      required.map((field) => ['missing_field', field.name]),
    );
  });

  it.each([[null], [7], ['text'], [true], [[]]])('a body of %j is no object', (body) => {
    const parsed = parseTransaction(body);
    expect(codesOf(parsed.ok ? [] : parsed.faults)).toEqual([['invalid_type', '$']]);
  });
});
