import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { Settings } from '../../contracts/settings.js';
import { sanitiseTransaction } from '../../domain/sanitise.js';
import { toCustomerRequest } from '../../partners/sardine/customer-request.js';
import { sardineIdsOf } from '../../partners/sardine/ids.js';
import { toRiskRequest } from '../../partners/sardine/risk-request.js';
import { toYleoRequest } from '../../partners/yleo/request.js';
import { exampleBody, exampleItems } from '../support/transactions.js';
import { postedOrder } from './arbitraries.js';
import { problemsOf, type SchemaName } from './schemas.js';

const settings = Settings.parse(parse(readFileSync('config/verdict.yaml', 'utf8')));

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What the edge makes of a posted order; the keyed pseudonyms have the form of the real ones. */
const received = (posted: unknown) => {
  const parsed = parseTransaction(posted);
  if (!parsed.ok) throw new Error(`the generator broke a rule: ${JSON.stringify(parsed.faults)}`);
  return sanitiseTransaction(parsed.value, (pan) => ({
    tokens: { k1: hex(`token:${pan}`) },
    tokenKeyId: 'k1',
    sardineCardId: hex(`sardine:${pan}`),
    walletId: hex(`wallet:${pan}`).replace(
      /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/,
      '$1-$2-5$3-8$4-$5',
    ),
  }));
};

/** The requests of an order as they go over the wire; none to a partner that cannot take it. */
const requestsFor = (posted: unknown): [SchemaName, unknown][] => {
  const transaction = received(posted);
  const transactionId = 'tx_0f3b6c';
  const context = { transactionId, receivedAtMs: Date.UTC(2026, 10, 20, 12), totalScore: -12 };
  const ids = sardineIdsOf(transaction, transactionId, (email) => hex(`guest:${email}`));
  const yleo = toYleoRequest(transaction, { transactionId, settings });
  const built: [SchemaName, unknown][] = [
    ['sardine-customers', toCustomerRequest(transaction, { ...context, ids })],
    ['sardine-issuing-risks', toRiskRequest(transaction, { ...context, ids, settings })],
    ...('notApplicable' in yleo
      ? []
      : [['yleo-detailed-fraud-check', yleo] as [SchemaName, unknown]]),
  ];
  return built.map(([name, body]) => [name, JSON.parse(JSON.stringify(body))]);
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
      const requests = requestsFor(posted);
      built.push(...requests.map(([name]) => name));
      expect(faultsOf(posted, requests)).toEqual([]);
    });
    fc.assert(property, { numRuns });
    const checks = built.filter((name) => name === 'yleo-detailed-fraud-check');
    expect(checks.length).toBeGreaterThan(numRuns / 10);
  });

  it('a quantity beyond 32 bits is not sent to Yleo, which has no number for it', () => {
    const namesOf = (quantity: number) =>
      requestsFor(exampleBody({ items: exampleItems({ quantity }) })).map(([name]) => name);
    expect(namesOf(intMax)).toContain('yleo-detailed-fraud-check');
    expect(namesOf(intMax + 1)).not.toContain('yleo-detailed-fraud-check');
  });
});
