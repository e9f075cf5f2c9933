import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VerdictRequest } from '../../contracts/hbc/decision.js';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { parseWire } from '../../contracts/faults.js';
import { cutText, type TextKind, textLimits } from '../../contracts/text-limits.js';
import { exampleBody } from '../support/transactions.js';

const address: Record<string, TextKind> = {
  name: 'personName',
  streetLineOne: 'addressLine',
  streetLineTwo: 'addressLine',
  city: 'place',
  state: 'place',
  zip: 'zip',
  country: 'place',
};

const under = (at: string, kinds: Record<string, TextKind>): [string, TextKind][] =>
  Object.entries(kinds).map(([name, kind]) => [`${at}.${name}`, kind]);

/** Every text of an order and the kind that it has. */
const texts: [string, TextKind][] = [
  ...under('$', { orderId: 'orderKey', groupId: 'orderKey', salesRep: 'id', source: 'code' }),
  ...under('$.customer', { accountId: 'id', firstName: 'personName', lastName: 'personName' }),
  ...under('$.additionalData', { cvvResponse: 'code', shippingPhone: 'phone' }),
  ...under('$.promos[0]', { promotionCode: 'code' }),
  ...under('$.creditCard', {
    nameOnCard: 'personName',
    cardType: 'code',
    registerNumber: 'id',
    transactionNumber: 'id',
    avsResponse: 'code',
  }),
  ...under('$.creditCard.billingAddress', address),
  ...under('$.items[0].shippingAddress', address),
  ...under('$.items[0]', {
    color: 'variant',
    size: 'variant',
    currentStatus: 'code',
    signOnDelivery: 'code',
    description: 'description',
    shippingMethod: 'code',
    shippingCountry: 'place',
  }),
];

/** The example with `text` at a path such as `$.items[0].color`. */
const orderWith = (path: string, text: unknown): unknown => {
  const order = structuredClone(exampleBody()) as Record<string, unknown>;
  order['additionalData'] ??= { inAuthId: '6f1c3c0e-64a2-4c52-8c3b-3f1a5e9f2d11' };
  order['promos'] = [{ promotionCode: 'X', promotionAmount: 1 }];
  const steps = path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .slice(1);
  const last = steps.pop() ?? '';
  const place = steps.reduce((at, step) => at[step] as Record<string, unknown>, order);
  place[last] = text;
  return order;
};

const faultsWith = (path: string, text: unknown) => {
  const parsed = parseTransaction(orderWith(path, text));
  return parsed.ok ? [] : parsed.faults;
};

describe('the limits of texts', () => {
  it.each(texts)('%s holds its longest text and refuses a longer one by its path', (path, kind) => {
    const { max } = textLimits[kind];
    expect(faultsWith(path, 'x'.repeat(max))).toEqual([]);
    const message = `${path} must have at most ${max} characters`;
    expect(faultsWith(path, 'x'.repeat(max + 1))).toEqual([{ error: 'too_long', message }]);
  });

  it('are counted in characters, not in halves of them', () => {
    const path = '$.items[0].color';
    expect(faultsWith(path, '😀'.repeat(50))).toEqual([]);
    expect(faultsWith(path, '😀'.repeat(51))).toHaveLength(1);
  });

  it('hold for an e-mail and an IP address, also for blank ones', () => {
    for (const path of ['$.customer.emailAddress', '$.ipAddress']) {
      expect(faultsWith(path, ' '.repeat(400_000))).toMatchObject([{ error: 'too_long' }]);
    }
  });

  it('hold for what a reviewer writes', () => {
    const given = { transactionId: 'tx_1', recommendationCode: 'accept' };
    expect(parseWire(VerdictRequest, { ...given, remarks: 'x'.repeat(2000) }).ok).toBe(true);
    expect(parseWire(VerdictRequest, { ...given, remarks: 'x'.repeat(2001) })).toMatchObject({
      faults: [{ error: 'too_long' }],
    });
  });

  it('cut a text between characters', () => {
    expect(cutText('😀'.repeat(60), 'variant')).toBe('😀'.repeat(50));
    expect(cutText('short', 'variant')).toBe('short');
  });

  it('are those that the documents list', () => {
    const page = readFileSync('docs/text-limits.md', 'utf8');
    for (const [kind, { max, reason }] of Object.entries(textLimits)) {
      expect(page).toContain(`| \`${kind}\` | ${max.toLocaleString('en-US')} | ${reason} |`);
    }
  });
});
