import { isUuid } from '../../contracts/uuid.js';
import { isLuhnValid } from '../luhn.js';
import { maskCardNumbers, maskPan } from '../mask.js';

/** Documented ids and codes that may pass the Luhn check by chance. */
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

/** Card numbers in use have at least 14 digits; 13 digits are a time in milliseconds. */
const numberMin = 1e13;
const numberMax = 1e19;

/**
 * Masks a number that may be a card number to first six and last four; returns others unchanged.
 */
const maskNumber = (value: number): number | string => {
  const whole = Math.trunc(Math.abs(value));
  if (whole < numberMin || whole >= numberMax) return value;
  const digits = String(whole);
  // A number beyond the safe integers has lost its last digits, and with them the check digit.
  const isCard = !Number.isSafeInteger(whole) || isLuhnValid(digits);
  return isCard ? maskPan(digits, digits) : value;
};

/**
 * Masks card numbers in a text or number of a push to first six and last four digits (PCI DSS
 * 3.4.1). `name` is the key of the value. Documented ids outside of `metadata` and UUIDs stay
 * unchanged.
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
