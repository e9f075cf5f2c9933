import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTransaction } from '../../../contracts/hbc/transaction.js';
import { exampleBody } from '../../support/transactions.js';
import { bodyWith, codesOf, fields, parseWith } from './fields.js';

const pan = '4111111111111111';

describe('the card number', () => {
  const ids = [
    ['$.orderId', ['orderId']],
    ['$.groupId', ['groupId']],
    ['$.customer.accountId', ['customer', 'accountId']],
  ] as const;

  it.each(ids)('is refused as %s, however it is spelled', (name, path) => {
    for (const id of [pan, '4111 1111 1111 1111', '4111-1111-1111-1111', ' 41111-11111111111']) {
      const { faults } = parseWith({ path }, id);
      expect(codesOf(faults), id).toEqual([['invalid_value', name]]);
      expect(JSON.stringify(faults)).not.toMatch(/4111/);
    }
  });

  it.each(ids)('of another card may be %s: ids may pass Luhn by chance', (_name, path) => {
    expect(parseWith({ path }, '5555555555554444').faults).toEqual([]);
  });
});

describe('the CVV', () => {
  it('is nowhere in what was parsed', () => {
    const parsed = parseTransaction(exampleBody({ creditCard: { authCode: '98765432' } }));
    expect(parsed.ok && parsed.value.creditCard).not.toHaveProperty('authCode');
    expect(inspect(parsed, { depth: null, showHidden: true })).not.toContain('98765432');
  });

  it('may be empty and has at most eight characters', () => {
    const authCode = { path: ['creditCard', 'authCode'] };
    expect(parseWith(authCode, '').faults).toEqual([]);
    expect(codesOf(parseWith(authCode, '123456789').faults)).toEqual([
      ['too_long', '$.creditCard.authCode'],
    ]);
  });
});

describe('an authorised amount', () => {
  it('cannot exceed the full amount', () => {
    const parse = (authorizedAmount: number) =>
      parseTransaction(exampleBody({ creditCard: { authorizedAmount, fullAmount: 10 } }));
    expect(parse(10).ok).toBe(true);
    const refused = parse(10.01);
    expect(refused.ok ? [] : codesOf(refused.faults)).toEqual([
      ['invalid_value', '$.creditCard.authorizedAmount'],
    ]);
  });
});

describe('unknown fields', () => {
  it('are dropped at every level: they may hold card data', () => {
    const stray = { pan, track2: `${pan}=2908`, __proto__: { polluted: true } };
    const body = JSON.parse(JSON.stringify(exampleBody()), (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? { ...value, stray }
        : value,
    ) as unknown;
    const clean = parseTransaction(exampleBody());
    expect(parseTransaction(body)).toEqual(clean);
  });

  it('named after parts of an object change nothing', () => {
    const text = JSON.stringify(exampleBody());
    const body = text.replace('{', '{"__proto__":{"a":1},"constructor":{"b":2},"toString":3,');
    expect(parseTransaction(JSON.parse(body))).toEqual(parseTransaction(exampleBody()));
  });
});

describe('a fault', () => {
  const marker = 'Zq7Marker';
  const digits = '730151973015197';

  const odd = fc.oneof(
    fc.string().map((text) => `${text}${marker}${text}`),
    fc.constantFrom<unknown>(
      marker,
      `${marker}\u0000`,
      `${marker}\uD800`,
      `${marker}@`,
      `${marker}@${digits}`,
      digits,
      `-${digits}.${digits}`,
      -Number(digits) - 0.5,
      Number(digits) * 1e9,
      [marker],
      [[marker]],
      { [marker]: marker },
      { name: `${marker}\u0000` },
      [{ [marker]: marker, price: marker }],
    ),
  );

  it('names a path of the model and never the value, whatever the value is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), odd, (field, value) => {
        const parsed = parseTransaction(bodyWith(field.path, value));
        const told = parsed.ok ? '' : JSON.stringify(parsed.faults);
        expect(told).not.toMatch(new RegExp(`${marker}|${digits}`, 'i'));
        const paths = parsed.ok ? [] : codesOf(parsed.faults).map(([, path]) => path);
        expect(paths.every((path) => path?.startsWith(field.name))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
