import { isLuhnValid } from '../../domain/luhn.js';
import type { Random } from '../../local/demo/random.js';
import { pickWeighted, type Weighted } from './chance.js';

export interface PopulationCard {
  readonly cardNumber: string;
  readonly cardType: string;
  /** `MM-YY`. */
  readonly expiryDate: string;
}

interface Issuer {
  readonly bin: string;
  readonly cardType: string;
  readonly length: number;
}

const issuers = (cardType: string, length: number, bins: string): readonly Issuer[] =>
  bins.split(' ').map((bin) => ({ bin, cardType, length }));

/** BINs of the networks' and processors' published test numbers: no bank issues them. */
const visa = issuers(
  'visa',
  16,
  '411111 401288 424242 400005 400000 444433 491761 448407 446203 450875 422222 401200 476173',
);
const mastercard = issuers(
  'mastercard',
  16,
  '555555 510510 222300 520082 545454 541333 512345 531358 222242 550000 520000',
);
const amex = issuers('amex', 15, '378282 371449 378734 345678 370000');
const discover = issuers('discover', 16, '601111 601100 644564');

/** The chain's own card; no network has this range. */
const storeCard: Issuer = { bin: '999999', cardType: 'private label', length: 16 };

const shares: Weighted<readonly Issuer[]> = [
  [visa, 48],
  [mastercard, 22],
  [amex, 15],
  [discover, 5],
  [[storeCard], 10],
];

/** Appends the Luhn check digit. */
const withCheckDigit = (digits: string): string => {
  const check = Array.from({ length: 10 }, (_, digit) => `${digits}${digit}`).find(isLuhnValid);
  if (check === undefined) throw new RangeError('no check digit fits');
  return check;
};

const makeExpiry = (random: Random, atMs: number): string => {
  const year = new Date(atMs).getUTCFullYear() + random.whole(1, 4);
  return `${String(random.whole(1, 12)).padStart(2, '0')}-${String(year % 100).padStart(2, '0')}`;
};

export interface CardPress {
  readonly any: (random: Random, atMs: number) => PopulationCard;
  /** Cards of one issuer in the order of their numbers, as an enumeration tries them. */
  readonly run: (random: Random, count: number, atMs: number) => PopulationCard[];
}

/** Creates unique card numbers. */
export const createCardPress = (): CardPress => {
  const made = new Set<string>();
  const press = ({ bin, length, cardType }: Issuer, account: number) => {
    const middle = String(account).padStart(length - 7, '0');
    return { cardNumber: withCheckDigit(`${bin}${middle}`), cardType };
  };
  const fresh = (random: Random, issuer: Issuer, atMs: number): PopulationCard => {
    for (;;) {
      const card = press(issuer, random.whole(0, 10 ** (issuer.length - 7) - 1));
      if (made.has(card.cardNumber)) continue;
      made.add(card.cardNumber);
      return { ...card, expiryDate: makeExpiry(random, atMs) };
    }
  };
  return {
    any: (random, atMs) => fresh(random, random.pick(pickWeighted(random, shares)), atMs),
    run: (random, count, atMs) => {
      const issuer = random.pick([...visa, ...mastercard]);
      const first = random.whole(0, 10 ** (issuer.length - 7) - count - 1);
      const expiryDate = makeExpiry(random, atMs);
      return Array.from({ length: count }, (_, index) => {
        const card = { ...press(issuer, first + index), expiryDate };
        made.add(card.cardNumber);
        return card;
      });
    },
  };
};
