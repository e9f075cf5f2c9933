import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { exampleBody, exampleItems } from '../support/transactions.js';
import { postedOrder } from './arbitraries.js';
import { requestsFor } from './requests.js';
import { problemsOf, type SchemaName } from './schemas.js';

/** The requests of an order that the generator made. */
const requestsOf = (posted: unknown): [SchemaName, unknown][] => {
  const parsed = parseTransaction(posted);
  if (!parsed.ok) throw new Error(`the generator broke a rule: ${JSON.stringify(parsed.faults)}`);
  return requestsFor(parsed.value);
};

/** Every text of a body, names of fields included. */
const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsOf(inner)]);
};

const digitsOf = (text: string): string => text.replaceAll(/[^0-9]/g, '');

/** The largest `int` of Yleo's table: it has 32 bits. */
const intMax = 2 ** 31 - 1;

/** Orders whose requests are looked at; Yleo can take about one in five of them. */
const numRuns = 1000;

type Posted = typeof postedOrder extends fc.Arbitrary<infer T> ? T : never;

/** What is wrong with the requests of an order, in words. */
const faultsOf = (posted: Posted, requests: readonly [SchemaName, unknown][]): string[] => {
  const pan = digitsOf(posted.creditCard.cardNumber);
  return requests.flatMap(([name, body]) => {
    const texts = textsOf(body);
    return [
      ...problemsOf(name, body).map((problem) => `${name}: ${problem}`),
      ...texts.filter((text) => text.trim() === '').map(() => `${name}: a blank text`),
      ...texts
        .filter((text) => !text.isWellFormed())
        .map((text) => `${name}: cut through a character: ${text}`),
      ...texts
        .filter((text) => digitsOf(text).includes(pan))
        .map((text) => `${name}: the card number: ${text}`),
    ];
  });
};

describe('whatever order is posted', () => {
  it('requests for partners are as their documents say, with no blank or cut text and no card number', () => {
    const built: SchemaName[] = [];
    const property = fc.property(postedOrder, (posted) => {
      const requests = requestsOf(posted);
      built.push(...requests.map(([name]) => name));
      expect(faultsOf(posted, requests)).toEqual([]);
    });
    fc.assert(property, { numRuns });
    const checks = built.filter((name) => name === 'yleo-detailed-fraud-check');
    expect(checks.length).toBeGreaterThan(numRuns / 10);
  });

  it('a quantity beyond 32 bits is not sent to Yleo, which has no number for it', () => {
    const namesOf = (quantity: number) =>
      requestsOf(exampleBody({ items: exampleItems({ quantity }) })).map(([name]) => name);
    expect(namesOf(intMax)).toContain('yleo-detailed-fraud-check');
    expect(namesOf(intMax + 1)).not.toContain('yleo-detailed-fraud-check');
  });
});
