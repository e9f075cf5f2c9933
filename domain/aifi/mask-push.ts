import { isUuid } from '../../contracts/uuid.js';
import { isLuhnValid } from '../luhn.js';
import { maskCardNumbers, maskPan } from '../mask.js';

/** Documented ids, codes and places of AiFi's and ours: they may pass Luhn by chance. */
const typedIds: ReadonlySet<string> = new Set([
  'id',
  'customerId',
  'externalId',
  'customerPaymentInstrumentId',
  'locationId',
  'storeId',
  'storeExternalId',
  'oasisApiStoreId',
  'aifiUniqueStoreId',
  'storeIdScannableAt',
]);

/** Card numbers of today have at least 14 digits; 13 are a time in milliseconds. */
const numberMin = 1e13;
const numberMax = 1e19;

/** A number that may be a card's, as its first six and last four digits; else the number. */
const maskNumber = (value: number): number | string => {
  const whole = Math.trunc(Math.abs(value));
  if (whole < numberMin || whole >= numberMax) return value;
  const digits = String(whole);
  // A longer one has lost its last digits on the way, the check digit among them.
  const isCard = !Number.isSafeInteger(whole) || isLuhnValid(digits);
  return isCard ? maskPan(digits, digits) : value;
};

/**
 * Masks card numbers in a text or number of a push to first six and last four digits (PCI DSS
 * 3.4.1); `name` is what it stands under. Ids of the documented push, outside of `metadata`, and
 * UUIDs stay as they are.
 */
export const maskPushed = <T extends string | number>(
  value: T,
  name: string,
  isInMetadata: boolean,
): T | string | number => {
  if (typedIds.has(name) && !isInMetadata) return value;
  if (typeof value === 'number') return maskNumber(value);
  return isUuid(value) ? value : maskCardNumbers(value);
};
