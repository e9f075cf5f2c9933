import { describe, expect, it } from 'vitest';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { sanitiseTransaction } from '../../domain/sanitise.js';
import { exampleItems, exampleTransaction, parsedExample } from '../support/transactions.js';

const pan = '4111111111111111';
const otherPan = '5555 5555 5555 4444';

const noTokens = () => ({ tokens: {}, tokenKeyId: 'k', sardineCardId: 's', walletId: 'w' });

const reply = (cvvResponse: string) =>
  exampleTransaction({ additionalData: { cvvResponse } }).additionalData;

describe('sanitiseTransaction', () => {
  it('keeps first six and last four at the length of the number, and what only it can tell', () => {
    const { creditCard, card } = exampleTransaction();
    expect(creditCard.cardNumber).toBe('411111******1111');
    expect(card).toMatchObject({ bin6: '411111', last4: '1111', length: 16, luhnValid: true });
    expect(card.brand).toBe('visa');
  });

  it('masks a number of twelve digits too', () => {
    const { creditCard } = exampleTransaction({ creditCard: { cardNumber: '603500000001' } });
    expect(creditCard.cardNumber).toBe('603500**0001');
  });

  it('leaves no card number in any free text', () => {
    const sanitised = exampleTransaction({
      salesRep: `rep ${pan}`,
      creditCard: { nameOnCard: otherPan, cardType: pan, billingAddress: { name: otherPan } },
      customer: { firstName: '4111-1111-1111-1111', lastName: otherPan },
      promos: [{ promotionCode: pan, promotionAmount: 10 }],
      items: exampleItems({ description: `gift ${otherPan}`, shippingAddress: { city: pan } }),
    });
    const text = JSON.stringify(sanitised);
    expect(text.replaceAll(/[ -]/g, '')).not.toContain(pan);
    expect(text).not.toContain(otherPan);
    expect(sanitised.customer.lastName).toBe('555555*4444');
  });

  it('masks a card number in every text but those of a fixed form', () => {
    const formed = new Set([
      ...['orderId', 'groupId', 'accountId', 'inAuthId', 'banner', 'customerType', 'currencyCode'],
      ...['creationDate', 'lastModifiedDate', 'expiryDate', 'ipAddress', 'cardNumber'],
      ...['emailAddress', 'shippingPhone', 'zip', 'registerNumber', 'transactionNumber'],
      'cvvResponse',
    ]);
    const seen = new Set<string>();
    const filled = JSON.parse(JSON.stringify(parsedExample()), (key, value: unknown) => {
      if (typeof value !== 'string' || formed.has(key)) return value;
      seen.add(key);
      return `${value} ${otherPan}`;
    }) as Transaction;
    expect(seen.size).toBeGreaterThan(15);
    expect(JSON.stringify(sanitiseTransaction(filled, noTokens))).not.toContain(otherPan);
  });

  it("masks the order's own number also in e-mail, phone, zip and register ids", () => {
    const sanitised = exampleTransaction({
      creditCard: { transactionNumber: pan, registerNumber: pan, billingAddress: { zip: pan } },
      customer: { emailAddress: `${pan}@example.com` },
    });
    expect(JSON.stringify(sanitised)).not.toContain(pan);
  });

  it('leaves ids, numbers, dates and contacts alone though they pass Luhn', () => {
    const overrides = {
      orderId: '5555555555554444',
      groupId: '378282246310005',
      customer: { accountId: '6011111111111117', emailAddress: '5555555555554444@example.com' },
      creditCard: { transactionNumber: '5555555555554444', merchantId: 5555555555554444 },
      additionalData: { shippingPhone: '000000000000' },
    };
    expect(exampleTransaction(overrides)).toMatchObject(overrides);
  });

  it('drops a CVV that was sent as the CVV reply, and keeps a reply', () => {
    expect(reply(' n ')?.cvvResponse).toBe('N');
    expect(reply('1')).not.toHaveProperty('cvvResponse');
    expect(reply('123')).not.toHaveProperty('cvvResponse');
    expect(reply('')).not.toHaveProperty('cvvResponse');
  });

  it('changes nothing else', () => {
    const { creditCard, ...parsed } = parsedExample();
    const { card, ...sanitised } = exampleTransaction();
    expect(sanitised).toEqual({
      ...parsed,
      creditCard: { ...creditCard, cardNumber: '411111******1111' },
    });
    expect(Object.keys(card)).toContain('tokens');
  });
});
