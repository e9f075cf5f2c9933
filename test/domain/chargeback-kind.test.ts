import { describe, expect, it } from 'vitest';
import { chargebackKind } from '../../domain/labels/chargeback-kind.js';

/** Each code as people, files and spreadsheets write it. */
const fraud = {
  Visa: [
    ...['10.1', '10.2', '10.3', '10.4', '10.5', 'Visa 10.4', 'VISA-10.4', 'visa: 10.5', '10.4.'],
    ...[' 10.4 ', '10 . 4', '10 4', '10-4', '104', '010.4', '10.04', '10.40', '10,4', '１０．４'],
    ...['10.4 Other fraud: card absent', 'Other Fraud - Card Absent (10.4)', 'Reason code 10.4'],
    ...['10.4: stolen', 'rc#10.3', 'Fraud, reason code: 10.4'],
  ],
  Mastercard: [
    ...['4837', '4840', '4849', '4863', '4870', '4871', 'MC 4837', 'Mastercard-4863', '04837'],
    ...['48 37', '48.37', '4837.00', 'Master Card 4871 liability shift', '4837 - No authorization'],
  ],
  'American Express': [
    ...['F10', 'F14', 'F22', 'F24', 'F29', 'F30', 'F31', 'FR2', 'FR6', 'f24', 'F 24', 'F-24'],
    ...['F.24', 'F024', 'Amex F29 card not present', 'American Express: FR2', 'F24.'],
  ],
  Discover: [
    ...['UA01', 'UA02', 'UA05', 'UA11', 'UA', 'ua 01', 'UA1', 'UA.01', 'UA-10', 'Discover UA06'],
    ...['4866', '4867', '7010', '7030', '07030', 'Discover 7030', 'UA02 (fraud, card not present)'],
  ],
};

const disputes = {
  Visa: ['13.1', 'Visa 13.1', '013.1', '13 1', '131', '12.6.1', '11.3', '13.3 Not as described'],
  Mastercard: ['4853', '4808', '4834', 'MC 4853', '48 53', '04853', '4855'],
  'American Express': ['C08', 'C 08', 'C-28', 'A02', 'P08', 'M01', 'R13', 'Amex C04'],
  Discover: ['4755', 'RG', 'RM', 'rn2', 'Discover RG', 'AA'],
};

const pairsOf = (codes: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(codes).flatMap(([network, own]) => own.map((code) => [network, code] as const));

/** Texts without a code: words, dates, order numbers and amounts are not codes. */
const withoutCode = [
  ...['', 'not received', 'Fraud', 'fraud F', 'Friendly fraud', 'UAE shop', 'item never came'],
  ...['10', '10.', '10.4.2026 nicht erhalten', '10-4-2026', '10.45 USD', '1010', '10 days late'],
  ...['order 4837', '48371', '4837-22', 'F240x', 'full refund', 'code red', '83', 'FRAUD 24'],
];

describe('a chargeback', () => {
  it.each(pairsOf(fraud))('of %s with the code %j is fraud, whatever is said', (_, reason) => {
    for (const said of [undefined, true, false]) {
      expect(chargebackKind({ reason, fraud: said })).toBe('chargeback');
    }
  });

  it.each(pairsOf(disputes))(
    'of %s with the code %j is a dispute, whatever is said',
    (_, reason) => {
      for (const said of [undefined, true, false]) {
        expect(chargebackKind({ reason, fraud: said })).toBe('dispute');
      }
    },
  );

  it.each(withoutCode)('whose reason is %j is what the caller states, else a dispute', (reason) => {
    expect(chargebackKind({ reason, fraud: true })).toBe('chargeback');
    expect(chargebackKind({ reason, fraud: false })).toBe('dispute');
    expect(chargebackKind({ reason })).toBe('dispute');
  });

  it('without a reason is a dispute unless the caller calls it fraud', () => {
    expect(chargebackKind({})).toBe('dispute');
    expect(chargebackKind({ fraud: true })).toBe('chargeback');
  });
});
