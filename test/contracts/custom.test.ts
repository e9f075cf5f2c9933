import { describe, expect, it } from 'vitest';
import { CustomSettings } from '../../contracts/custom/declaration.js';
import { lineFields, orderFields } from '../../contracts/custom/fields.js';

const problemsOf = (custom: object): string[] =>
  (CustomSettings.safeParse(custom).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

describe('the settings of the custom partner', () => {
  it('have no field for card number, CVV, expiry or the name on the card', () => {
    const names = [...orderFields, ...lineFields].join(' ');
    expect(names).not.toMatch(
      /pan\b|cardNumber|cvv|authCode|expir|nameOnCard|costAmount|margin|remark/i,
    );
  });

  it.each([
    [{ a: '$order.id', b: [{ $each: 'items', sku: '$item.sku', of: '$order.id' }] }, []],
    [{ a: '$$order.id', b: 'order.id', c: null }, []],
    [{ a: { b: '$creditCard.cardNumber' } }, ['body.a.b: names no field that may be sent']],
    [{ a: ['$order.constructor'] }, ['body.a.0: names no field that may be sent']],
    [{ a: '$' }, ['body.a: names no field that may be sent']],
    [{ a: '$item.sku' }, ['body.a: names a field of a line, which stands below $each: items only']],
    [{ a: { $each: 'promos' } }, ['body.a.$each: must be items']],
    [{ a: { $if: 'items' } }, ['body.a.$if: is no key; only $each begins with $']],
    [
      { a: { $each: 'items', b: { $each: 'items' } } },
      ['body.a.b.$each: stands inside another $each'],
    ],
    [{ $each: 'items' }, ['body: must be a JSON object']],
    [['$order.id'], ['body: must be a JSON object']],
    [nested(9), ['body.a.a.a.a.a.a.a.a.a: is nested too deeply']],
  ])('body %j', (body, problems) => {
    expect(problemsOf({ body })).toEqual(problems);
  });

  it('bound the size of a body', () => {
    const long = { a: 'x'.repeat(501) };
    const many = { a: Array.from({ length: 400 }, () => 1) };
    expect(problemsOf({ body: long })).toEqual(['body.a: is longer than 500 characters']);
    expect(problemsOf({ body: many })).toEqual(['body: has more than 300 values']);
  });

  it.each([
    ['/v2/orders/$order.id?sync=true', 1],
    ['/v2/orders?sync=true', 0],
    ['', 0],
    ['/v2/orders/$order.id', 0],
    ['/v2/$customer.email', 1],
    ['v2', 1],
    ['/a b', 1],
    ['/a#b', 1],
  ])('path %s', (path, problems) => {
    expect(problemsOf({ path })).toHaveLength(problems);
  });

  it.each([
    [{ 'x-api-version': '3' }, 0],
    [{ Authorization: 'x' }, 1],
    [{ 'content-type': 'x' }, 1],
    [{ 'x y': 'x' }, 1],
    [{ x: 'a\r\nb: c' }, 1],
  ])('headers %j', (headers, problems) => {
    expect(problemsOf({ headers })).toHaveLength(problems);
  });
});
