import { z } from 'zod';
import { primitive, refuse } from '../faults.js';
import { isCurrency } from '../currency.js';
import { isUuid } from '../uuid.js';

/** Ceiling for one amount of money, in major units of its currency. */
const moneyMax = 1_000_000_000;

const readText = (value: unknown) =>
  typeof value === 'string' ? value : refuse('invalid_type', 'must be a string');

/** Any text; blank is allowed and is a signal for scoring. */
export const text = primitive({ type: 'string' }, readText);

/** Text that is not blank, of at most `max` characters. */
export const filledText = (max: number) =>
  primitive({ type: 'string', minLength: 1, maxLength: max }, (value) => {
    const read = readText(value);
    if (typeof read !== 'string') return read;
    if (read.trim() === '') return refuse('invalid_value', 'must not be blank');
    if (read.length > max) return refuse('invalid_value', `must have at most ${max} characters`);
    return read;
  });

const plainDecimal = /^[+-]?\d+(\.\d+)?$/;
/** Zeros may follow the four digits. Linear in its input: a body may hold a megabyte of digits. */
const fourFractionDigits = /^[+-]?\d+(\.\d{1,4}0*)?$/;

const readDecimal = (value: unknown, min: number) => {
  const isNumeric =
    typeof value === 'number' || (typeof value === 'string' && plainDecimal.test(value.trim()));
  if (!isNumeric) return refuse('invalid_type', 'must be a decimal number');
  const amount = Number(value);
  if (amount < min) return refuse('invalid_value', `must be at least ${min}`);
  if (Math.abs(amount) > moneyMax) return refuse('invalid_value', `must be at most ${moneyMax}`);
  if (!fourFractionDigits.test(String(value).trim())) {
    return refuse('invalid_value', 'must have at most 4 fraction digits');
  }
  return amount === 0 ? 0 : amount;
};

/** Money that cannot be negative: a number or a numeric string, exact to 4 fraction digits. */
export const money = primitive({ type: 'number', minimum: 0, maximum: moneyMax }, (value) =>
  readDecimal(value, 0),
);

/** Money that may be negative, such as a margin. */
export const signedMoney = primitive(
  { type: 'number', minimum: -moneyMax, maximum: moneyMax },
  (value) => readDecimal(value, -moneyMax),
);

/**
 * A whole number up to 2^53-1 (the published spec says 32 bits, but a 12-digit UPC needs more).
 * A numeric string is accepted, as apibuilder's own validator does.
 */
export const integer = (min = Number.MIN_SAFE_INTEGER) =>
  primitive({ type: 'integer', minimum: min, maximum: Number.MAX_SAFE_INTEGER }, (value) => {
    const isNumeric =
      typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d+$/.test(value.trim()));
    if (!isNumeric) return refuse('invalid_type', 'must be an integer');
    const whole = Number(value);
    if (!Number.isInteger(whole)) return refuse('invalid_type', 'must be an integer');
    if (!Number.isSafeInteger(whole)) return refuse('invalid_value', 'must be at most 2^53-1');
    if (whole < min) return refuse('invalid_value', `must be at least ${min}`);
    return whole === 0 ? 0 : whole;
  });

export const flag = primitive({ type: 'boolean' }, (value) => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return refuse('invalid_type', 'must be a boolean');
});

/** A member of `values`, read without regard to case or surrounding spaces. */
export const choice = <const V extends readonly string[]>(values: V) =>
  primitive({ type: 'string', enum: [...values] }, (value) => {
    if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
    const found = values.find((member) => member === value.trim().toLowerCase());
    return (
      (found as V[number] | undefined) ??
      refuse('invalid_enum', `must be one of: ${values.join(', ')}`)
    );
  });

const isRealDay = (value: string): boolean => {
  const instant = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(value);
};

/** apibuilder's `date-iso8601`: a day, never a date-time. */
export const date = primitive({ type: 'string', format: 'date' }, (value) => {
  if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    return refuse(
      'invalid_date',
      'must be a date as YYYY-MM-DD, padded with zeros, without a time',
    );
  }
  return isRealDay(value) ? value : refuse('invalid_date', 'must be a day that exists');
});

/** A UUID of any version, answered in lower case. */
export const uuid = primitive({ type: 'string', format: 'uuid' }, (value) => {
  if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
  return isUuid(value) ? value.toLowerCase() : refuse('invalid_value', 'must be a UUID');
});

/** A code of ISO 4217, answered in upper case. */
export const currency = primitive({ type: 'string', pattern: '^[A-Za-z]{3}$' }, (value) => {
  if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
  // Not upper case first: that makes three letters of some other texts.
  const code = /^[a-z]{3}$/i.test(value.trim()) ? value.trim().toUpperCase() : '';
  return isCurrency(code)
    ? code
    : refuse('invalid_currency', 'must be a three-letter ISO 4217 code');
});

const localPart = /^[^\s@\p{Cc}<>()[\]\\,;:"]{1,64}$/u;
const domainLabel = /^[\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/** The form that mail systems deliver: no quotes or comments, and a domain with a dot. */
const isEmail = (address: string): boolean => {
  const [local = '', domain = '', ...more] = address.split('@');
  const labels = domain.split('.');
  const isDotted = local.startsWith('.') || local.endsWith('.') || local.includes('..');
  return (
    more.length === 0 &&
    localPart.test(local) &&
    !isDotted &&
    labels.length > 1 &&
    labels.every((label) => domainLabel.test(label)) &&
    (labels.at(-1)?.length ?? 0) > 1
  );
};

/** RFC 5321 ends an address at 254 characters; some systems write up to 320. */
const emailLengthMax = 320;

/** An e-mail address, or blank, which is a signal. */
export const email = primitive({ type: 'string', format: 'email' }, (value) => {
  const read = readText(value);
  if (typeof read !== 'string' || read.trim() === '') return read;
  return read.length <= emailLengthMax && isEmail(read)
    ? read
    : refuse('invalid_email', 'must be an e-mail address');
});

/** An IPv4 or IPv6 address, or blank, which is a signal. */
export const ipAddress = primitive({ type: 'string' }, (value) => {
  const read = readText(value);
  if (typeof read !== 'string' || read.trim() === '') return read;
  const isAddress = z.ipv4().safeParse(read).success || z.ipv6().safeParse(read).success;
  return isAddress ? read : refuse('invalid_value', 'must be an IPv4 or IPv6 address');
});
