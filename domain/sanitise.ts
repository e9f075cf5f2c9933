import type { Transaction } from '../contracts/hbc/transaction.js';
import { cardBrandOf } from './card-brand.js';
import { isLuhnValid } from './luhn.js';
import { maskCardNumbers, maskPan } from './mask.js';
import type { Card, SanitisedTransaction } from './transaction.js';

/** The keyed pseudonyms of a card number, created where the keys are available. */
export type CardTokens = Pick<Card, 'tokens' | 'tokenKeyId' | 'sardineCardId' | 'walletId'>;

/** Order keys, codes and dates: by form they hold no card number, or masking would break them. */
const untouched: ReadonlySet<string> = new Set([
  'orderId',
  'groupId',
  'accountId',
  'inAuthId',
  'banner',
  'customerType',
  'currencyCode',
  'creationDate',
  'lastModifiedDate',
  'expiryDate',
  'ipAddress',
]);

/**
 * Ids and contacts may pass Luhn by chance, so only this order's own card number is masked here.
 */
const ownNumberOnly: ReadonlySet<string> = new Set([
  'emailAddress',
  'shippingPhone',
  'zip',
  'registerNumber',
  'transactionNumber',
]);

const sanitiseText = (key: string, text: string, pan: string): string => {
  if (untouched.has(key)) return text;
  return ownNumberOnly.has(key) ? maskPan(text, pan) : maskCardNumbers(text, pan);
};

/** Rewrites every text of a JSON value. Texts stay texts, so the shape stays `T`. */
const mapTexts = <T>(value: T, rewrite: (key: string, text: string) => string, key = ''): T => {
  const map = (inner: unknown, innerKey: string): unknown => {
    if (typeof inner === 'string') return rewrite(innerKey, inner);
    if (Array.isArray(inner)) return inner.map((element) => map(element, innerKey));
    if (typeof inner !== 'object' || inner === null) return inner;
    const rewritten: Record<string, unknown> = {};
    for (const [name, part] of Object.entries(inner)) rewritten[name] = map(part, name);
    return rewritten;
  };
  return map(value, key) as T;
};

/** A card number of 12 to 19 digits as first six, asterisks, last four: PCI DSS 3.4.1. */
const maskedNumber = (pan: string): string =>
  pan.slice(0, 6) + '*'.repeat(pan.length - 10) + pan.slice(-4);

/** One letter is a reply; anything longer may be the CVV itself, which PCI DSS 3.3.1 forbids. */
const withoutCvv = (data: NonNullable<Transaction['additionalData']>) => {
  const { cvvResponse, ...rest } = data;
  const reply = cvvResponse?.trim() ?? '';
  return /^[A-Za-z]$/.test(reply) ? { ...rest, cvvResponse: reply.toUpperCase() } : rest;
};

type Item = Transaction['items'][number];

/** An order line with card numbers in its texts masked; `pan` is the order's own number. */
export const sanitiseItem = (item: Item, pan: string): Item =>
  mapTexts(item, (key, text) => sanitiseText(key, text, pan));

/**
 * The one place that replaces the card number. The result holds its tokens, first six and last four
 * digits, and the facts that need the whole number. Card numbers in free text are masked; typed
 * ids, numbers and dates stay. `items` are lines that `sanitiseItem` has already processed.
 */
export const sanitiseTransaction = (
  transaction: Transaction,
  tokenise: (pan: string) => CardTokens,
  items?: readonly Item[],
): SanitisedTransaction => {
  const pan = transaction.creditCard.cardNumber;
  const { items: given, ...head } = transaction;
  const { creditCard, additionalData, ...masked } = mapTexts(head, (key, text) =>
    sanitiseText(key, text, pan),
  );
  const bin6 = pan.slice(0, 6);
  return {
    ...masked,
    items: [...(items ?? given.map((item) => sanitiseItem(item, pan)))],
    ...(additionalData && { additionalData: withoutCvv(additionalData) }),
    creditCard: { ...creditCard, cardNumber: maskedNumber(pan) },
    card: {
      bin6,
      last4: pan.slice(-4),
      length: pan.length,
      luhnValid: isLuhnValid(pan),
      brand: cardBrandOf(bin6),
      ...tokenise(pan),
    },
  };
};
