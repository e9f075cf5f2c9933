import type { CardBrand } from './transaction.js';

/** Issuer ranges by first six digits, from the networks' published tables; the first match wins. */
const ranges: readonly (readonly [from: number, to: number, CardBrand])[] = [
  [400000, 499999, 'visa'],
  [510000, 559999, 'mastercard'],
  [222100, 272099, 'mastercard'],
  [340000, 349999, 'american_express'],
  [370000, 379999, 'american_express'],
  [601100, 601199, 'discover'],
  [644000, 659999, 'discover'],
  [300000, 305999, 'diners'],
  [309500, 309599, 'diners'],
  [360000, 369999, 'diners'],
  [380000, 399999, 'diners'],
  [352800, 358999, 'jcb'],
  [620000, 629999, 'unionpay'],
  [810000, 817999, 'unionpay'],
];

/** The network that owns the first six digits; `unknown` for private-label cards. */
export const cardBrandOf = (bin6: string): CardBrand => {
  const bin = Number(bin6.slice(0, 6));
  return ranges.find(([from, to]) => bin >= from && bin <= to)?.[2] ?? 'unknown';
};

const sixteenToNineteen = [16, 17, 18, 19];

const lengths: Readonly<Record<Exclude<CardBrand, 'unknown'>, readonly number[]>> = {
  visa: [13, 16, 19],
  mastercard: [16],
  american_express: [15],
  discover: sixteenToNineteen,
  diners: [14, ...sixteenToNineteen],
  jcb: sixteenToNineteen,
  unionpay: sixteenToNineteen,
};

/** Whether the network issues card numbers of this length. Private labels may have any. */
export const isLengthOfBrand = (brand: CardBrand, length: number): boolean =>
  brand === 'unknown' || lengths[brand].includes(length);

/** Short codes of processors and order systems, besides the full names. */
const codes: ReadonlyMap<string, CardBrand> = new Map([
  ['v', 'visa'],
  ['vi', 'visa'],
  ['vs', 'visa'],
  ['m', 'mastercard'],
  ['mc', 'mastercard'],
  ['ax', 'american_express'],
  ['ae', 'american_express'],
  ['di', 'discover'],
  ['ds', 'discover'],
  ['dc', 'diners'],
  ['dn', 'diners'],
  ['jc', 'jcb'],
  ['cup', 'unionpay'],
  ['up', 'unionpay'],
]);

const names: readonly (readonly [fragment: string, CardBrand])[] = [
  ['visa', 'visa'],
  ['mastercard', 'mastercard'],
  ['amex', 'american_express'],
  ['americanexpress', 'american_express'],
  ['discover', 'discover'],
  ['diners', 'diners'],
  ['jcb', 'jcb'],
  ['unionpay', 'unionpay'],
];

/** The network that a `cardType` text names (`MC`, `Visa credit`); `unknown` for any other text. */
export const networkOf = (cardType: string): CardBrand => {
  const letters = cardType.toLowerCase().replaceAll(/[^a-z]/g, '');
  const named = names.find(([fragment]) => letters.includes(fragment))?.[1];
  return codes.get(letters) ?? named ?? 'unknown';
};
