import { describe, expect, it } from 'vitest';
import { ledger, type RuleCase, scoreExample } from './rule-case.js';

const avs = (code: string, country = 'US') => ({
  creditCard: { avsResponse: code, billingAddress: { country } },
});

const avsRows = (codes: string, points: number | undefined): RuleCase[] =>
  codes.split(' ').map((code) => [`AVS ${code}`, avs(code), points]);

describe('AVS rules', () => {
  ledger('R01', [...avsRows('E G M8', 30), ...avsRows('H D A 4 ??', undefined)]);
  ledger('R02', [...avsRows('D F', 20), ...avsRows('H G A 4', undefined)]);
  ledger('R03', [...avsRows('A C Z', 10), ...avsRows('H G D 4', undefined)]);
  ledger('R04', [
    ...avsRows('JC 3 8 UK M1 4 R J 1 7 2 5 6 ??', 12),
    ['blank AVS reply', avs(' '), 12],
    ['billed in Canada', avs('R', 'Canada'), 12],
    ['billed elsewhere', avs('R', 'DE'), 5],
    ['billing country blank', avs('R', ''), 5],
    ...avsRows('H A D G JB JD', undefined),
  ]);
  ledger('R05', [
    ...avsRows('M5 M6 M7', 15),
    ...avsRows('M2 M3 M4 M8 H', undefined),
    ['the same letters in another dialect', avs('H'), 15, { avs: { dialect: 'visa' } }],
  ]);
});

const cvv = (cvvResponse: string | undefined, source = 'web') => ({
  source,
  additionalData: { cvvResponse },
});

describe('CVV rules', () => {
  ledger('R06', [
    ['absent', cvv(undefined), undefined],
    ['no additional data', { additionalData: undefined }, undefined],
    ['blank', cvv(' '), undefined],
    ['match', cvv('M'), undefined],
    ['no match', cvv('N'), 40],
    ['invalid I', cvv('i'), 40],
    ['invalid Y', cvv(' Y '), 40],
    ['a letter of no meaning', cvv('Q'), undefined],
  ]);
  ledger('R07', [
    ['absent', cvv(undefined), undefined],
    ['should be present', cvv('S', 'store'), 25],
    ['not processed on web', cvv('P'), 10],
    ['unsupported on web', cvv('U', 'WEB'), 10],
    ['not processed in a store', cvv('P', 'store'), undefined],
    ['match', cvv('M'), undefined],
  ]);
});

const code = (responseCode: number) => ({ creditCard: { responseCode } });
const fraudCodes = {
  auth: { approvedCodes: [0, 100, 92, 93], codePoints: { 92: 20, 93: 40, 94: 5, 100: 0 } },
};

const amounts = (authorizedAmount: number, fullAmount: number, orderTotal = fullAmount) => ({
  orderTotal,
  creditCard: { authorizedAmount, fullAmount },
});

describe('authorisation rules', () => {
  ledger('R08', [
    ['no code points', code(93), undefined],
    ['code with points', code(93), 40, fraudCodes],
    ['code with fewer points', code(92), 20, fraudCodes],
    ['code with 0 points', code(100), undefined, fraudCodes],
    ['code without points', code(0), undefined, fraudCodes],
    ['code with points that is not approved', code(94), undefined, fraudCodes],
  ]);
  ledger('R09', [
    ['100 is approved', code(100), undefined],
    ['0 is approved', code(0), undefined],
    ['1 is not', code(1), 0],
    ['negative is not', code(-1), 0],
    ['configured code', code(93), undefined, fraudCodes],
  ]);

  it('R09 holds a clean order for review and is never alone a reject', () => {
    expect(scoreExample(code(5))).toMatchObject({ outcome: 'review', totalScore: 0 });
    expect(scoreExample(code(5)).hits).toMatchObject([{ id: 'R09', points: 0, hard: 'review' }]);
  });

  ledger('R10', [
    ['authorised in full', amounts(187.45, 187.45), undefined],
    ['short by the smallest amount', amounts(187.4499, 187.45), 15],
    ['nothing authorised', amounts(0, 187.45), 15],
    ['nothing to authorise', amounts(0, 0), undefined],
  ]);
  ledger('R11', [
    ['equal', amounts(200, 200), undefined],
    ['exactly 1 %', amounts(202, 202, 200), undefined],
    ['just over 1 %', amounts(202.0001, 202.0001, 200), 15],
    ['just over 1 % below', amounts(197.9999, 197.9999, 200), 15],
    ['over 1 % but exactly 1.00', amounts(11, 11, 10), undefined],
    ['over 1 % and just over 1.00', amounts(11.0001, 11.0001, 10), 15],
    ['1.10 of 110, which floats get wrong', amounts(111.1, 111.1, 110), undefined],
    ['an order total of 0', amounts(5, 5, 0), 15],
  ]);
});

const card = (creditCard: object) => ({ creditCard });

describe('card rules', () => {
  ledger('R12', [
    ['clean', {}, undefined],
    ['Luhn fails on a network card', card({ cardNumber: '4111111111111112' }), 40],
    [
      'Luhn fails on a private label',
      card({ cardNumber: '6035000000000001', cardType: 'SFA' }),
      undefined,
    ],
    ['Luhn fails, card type blank', card({ cardNumber: '4111111111111112', cardType: '' }), 40],
    ['card type blank', card({ cardType: ' ' }), undefined],
    ['card type names another network', card({ cardType: 'amex' }), 40],
    ['private label sent as visa', card({ cardNumber: '6035000000000000' }), 40],
    ['JCB sent as discover', card({ cardNumber: '3530111333300000', cardType: 'DI' }), undefined],
    ['JCB sent as visa', card({ cardNumber: '3530111333300000' }), 40],
    ['a length that visa does not issue', card({ cardNumber: '41111111111116' }), 40],
    ['expires this month', card({ expiryDate: '11-26' }), undefined],
    ['expired last month', card({ expiryDate: '10-26' }), 40],
    ['expires in 20 years', card({ expiryDate: '11-46' }), undefined],
    ['expires in 20 years and a month', card({ expiryDate: '12-46' }), 40],
    ['two faults count once', card({ cardType: 'amex', expiryDate: '10-26' }), 40],
  ]);
  ledger('R13', [
    ['same name', {}, undefined],
    ['blank name on card', card({ nameOnCard: ' ' }), 10],
    ['blank customer name', { customer: { firstName: '', lastName: '' } }, 10],
    ['spouse: likeness 0.5', card({ nameOnCard: 'John Whitfield' }), 10],
    ['one name of two: likeness 0.67', card({ nameOnCard: 'Whitfield' }), undefined],
    ['a name in another script', { customer: { firstName: '小明', lastName: '王' } }, undefined],
    ['an initial alone: likeness 0.6', card({ nameOnCard: 'D' }), undefined],
    ['initial', card({ nameOnCard: 'D. WHITFIELD' }), undefined],
  ]);
});
