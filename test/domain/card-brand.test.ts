import { describe, expect, it } from 'vitest';
import { cardBrandOf, isLengthOfBrand, networkOf } from '../../domain/card-brand.js';
import { isLuhnValid } from '../../domain/luhn.js';

describe('cardBrandOf', () => {
  it.each([
    ['400000', 'visa'],
    ['499999', 'visa'],
    ['500000', 'unknown'],
    ['510000', 'mastercard'],
    ['559999', 'mastercard'],
    ['222099', 'unknown'],
    ['222100', 'mastercard'],
    ['272099', 'mastercard'],
    ['272100', 'unknown'],
    ['340000', 'american_express'],
    ['378282', 'american_express'],
    ['601111', 'discover'],
    ['601200', 'unknown'],
    ['644000', 'discover'],
    ['659999', 'discover'],
    ['300000', 'diners'],
    ['306000', 'unknown'],
    ['309500', 'diners'],
    ['361489', 'diners'],
    ['352799', 'unknown'],
    ['352800', 'jcb'],
    ['358999', 'jcb'],
    ['359000', 'unknown'],
    ['622126', 'unionpay'],
    ['810000', 'unionpay'],
    ['603500', 'unknown'],
  ])('%s is %s', (bin, brand) => {
    expect(cardBrandOf(bin)).toBe(brand);
  });
});

describe('isLengthOfBrand', () => {
  it.each([
    ['visa', 13, true],
    ['visa', 14, false],
    ['visa', 16, true],
    ['mastercard', 15, false],
    ['american_express', 15, true],
    ['american_express', 16, false],
    ['diners', 14, true],
    ['unknown', 12, true],
  ] as const)('%s with %i digits: %s', (brand, length, isValid) => {
    expect(isLengthOfBrand(brand, length)).toBe(isValid);
  });
});

describe('networkOf', () => {
  it.each([
    ['VISA', 'visa'],
    ['Visa Debit', 'visa'],
    ['MC', 'mastercard'],
    ['Master Card', 'mastercard'],
    ['Saks MasterCard', 'mastercard'],
    ['AMEX', 'american_express'],
    ['American Express', 'american_express'],
    ['ax', 'american_express'],
    ['Discover', 'discover'],
    ['Diners Club', 'diners'],
    ['JCB', 'jcb'],
    ['China UnionPay', 'unionpay'],
    ['SFA store card', 'unknown'],
    ['', 'unknown'],
  ])('%j is %s', (text, network) => {
    expect(networkOf(text)).toBe(network);
  });
});

describe('isLuhnValid', () => {
  it.each(['4111111111111111', '378282246310005', '6011111111111117', '0'])('%s passes', (text) => {
    expect(isLuhnValid(text)).toBe(true);
  });
  it.each(['4111111111111112', '411111111111111', ''])('%j fails', (text) => {
    expect(isLuhnValid(text)).toBe(false);
  });
});
