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

describe('whatever order is posted', () => {
  it('every request for a partner is as its documents say', () => {
    const built: SchemaName[] = [];
    fc.assert(
      fc.property(postedOrder, (posted) => {
        for (const [name, body] of requestsOf(posted)) {
          expect(problemsOf(name, body), name).toEqual([]);
          built.push(name);
        }
      }),
      { numRuns },
    );
    const checks = built.filter((name) => name === 'yleo-detailed-fraud-check');
    expect(checks.length).toBeGreaterThan(numRuns / 10);
  });

  it('no text in a request is blank or cut through a character', () => {
    fc.assert(
      fc.property(postedOrder, (posted) => {
        const texts = requestsOf(posted).flatMap(([, body]) => textsOf(body));
        expect(texts.filter((text) => text.trim() === '' || !text.isWellFormed())).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('no request holds the card number, whatever field it was typed into', () => {
    fc.assert(
      fc.property(postedOrder, (posted) => {
        const pan = digitsOf(posted.creditCard.cardNumber);
        const texts = requestsOf(posted).flatMap(([, body]) => textsOf(body));
        expect(texts.filter((text) => digitsOf(text).includes(pan))).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('a quantity beyond 32 bits is not sent to Yleo, which has no number for it', () => {
    const namesOf = (quantity: number) =>
      requestsOf(exampleBody({ items: exampleItems({ quantity }) })).map(([name]) => name);
    expect(namesOf(intMax)).toContain('yleo-detailed-fraud-check');
    expect(namesOf(intMax + 1)).not.toContain('yleo-detailed-fraud-check');
  });
});
