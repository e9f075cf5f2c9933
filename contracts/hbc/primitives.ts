import { z } from 'zod';
import { primitive } from '../faults.js';
import { refuse } from '../refusal.js';
import { refuseLonger, type TextKind, textLimits } from '../text-limits.js';
import { isCurrency } from '../currency.js';
import { isRealDay } from '../real-day.js';
import { isUuid } from '../uuid.js';

/** Ceiling of one amount of money, in major units of its currency. */
const moneyMax = 1_000_000_000;

const readText = (value: unknown) =>
  typeof value === 'string' ? value : refuse('invalid_type', 'must be a string');

/** Any text of a kind. Blank is allowed: it is evidence for scoring. */
export const text = (kind: TextKind) =>
  primitive({ type: 'string', maxLength: textLimits[kind].max }, (value) =>
    typeof value === 'string' ? (refuseLonger(value, kind) ?? value) : readText(value),
  );

/** Text of a kind that is not blank. */
export const filledText = (kind: TextKind) =>
  primitive({ type: 'string', minLength: 1, maxLength: textLimits[kind].max }, (value) => {
    const read = readText(value);
    if (typeof read !== 'string') return read;
    const longer = refuseLonger(read, kind);
    if (longer !== undefined) return longer;
    return read.trim() === '' ? refuse('invalid_value', 'must not be blank') : read;
  });

const plainDecimal = /^[+-]?\d+(\.\d+)?$/;
/** Further zeros may follow the four digits. */
const fourFractionDigits = /^[+-]?\d+(\.\d{1,4}0*)?$/;

const refuseLongNumber = (value: unknown) =>
  typeof value === 'string' ? refuseLonger(value, 'numberText') : undefined;

const readDecimal = (value: unknown, min: number) => {
  const longer = refuseLongNumber(value);
  if (longer !== undefined) return longer;
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

/** The schema of a number and of numeric texts; `accepts` documents both for callers. */
const decimalSchema = (minimum: number) => {
  const strict = { minimum, maximum: moneyMax };
  const pattern = String.raw`^\s*[+-]?\d+(\.\d+)?\s*$`;
  const description = 'A number, or a string with one.';
  const accepts = { ...strict, type: ['number', 'string'], pattern, description };
  return { type: 'number', ...strict, accepts };
};

/** Money that cannot be negative: a number or a numeric string, exact to 4 fraction digits. */
export const money = primitive(decimalSchema(0), (value) => readDecimal(value, 0));

/** Money that may be negative, such as a margin. */
export const signedMoney = primitive(decimalSchema(-moneyMax), (value) =>
  readDecimal(value, -moneyMax),
);

const integerSchema = (minimum: number) => {
  const strict = { minimum, maximum: Number.MAX_SAFE_INTEGER };
  const pattern = String.raw`^\s*[+-]?\d+\s*$`;
  const description = 'A whole number, or a string with one.';
  const accepts = { ...strict, type: ['integer', 'string'], pattern, description };
  return { type: 'integer', ...strict, accepts };
};

/**
 * A whole number up to 2^53-1 (the published spec says 32 bits, but a 12-digit UPC needs more).
 * A numeric string is accepted, as apibuilder's own validator does.
 */
export const integer = (min = Number.MIN_SAFE_INTEGER) =>
  primitive(integerSchema(min), (value) => {
    const longer = refuseLongNumber(value);
    if (longer !== undefined) return longer;
    const isNumeric =
      typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d+$/.test(value.trim()));
    if (!isNumeric) return refuse('invalid_type', 'must be an integer');
    const whole = Number(value);
    if (!Number.isInteger(whole)) return refuse('invalid_type', 'must be an integer');
    if (!Number.isSafeInteger(whole)) return refuse('invalid_value', 'must be at most 2^53-1');
    if (whole < min) return refuse('invalid_value', `must be at least ${min}`);
    return whole === 0 ? 0 : whole;
  });

const flagSchema = {
  type: 'boolean',
  accepts: { anyOf: [{ type: 'boolean' }, { type: 'string', enum: ['true', 'false'] }] },
};

export const flag = primitive(flagSchema, (value) => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return refuse('invalid_type', 'must be a boolean');
});

const anyCase = (member: string): string =>
  member.replaceAll(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);

/** The schema of a choice: its members, and every accepted spelling of one. */
export const choiceSchema = (values: readonly string[]) => {
  const strict = { type: 'string', enum: [...values] };
  const pattern = String.raw`^\s*(${values.map(anyCase).join('|')})\s*$`;
  const description = 'Case and surrounding spaces do not matter.';
  return { ...strict, accepts: { anyOf: [strict, { type: 'string', pattern }], description } };
};

/** A member of `values`, in any letter case and with or without surrounding spaces. */
export const choice = <const V extends readonly string[]>(values: V) =>
  primitive(choiceSchema(values), (value) => {
    if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
    const found = values.find((member) => member === value.trim().toLowerCase());
    return (
      (found as V[number] | undefined) ??
      refuse('invalid_enum', `must be one of: ${values.join(', ')}`)
    );
  });

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

/** A UUID of any version; the parsed value is in lower case. */
export const uuid = primitive({ type: 'string', format: 'uuid' }, (value) => {
  if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
  return isUuid(value) ? value.toLowerCase() : refuse('invalid_value', 'must be a UUID');
});

/** An ISO 4217 code; the parsed value is in upper case. */
export const currency = primitive(
  { type: 'string', pattern: String.raw`^\s*[A-Za-z]{3}\s*$` },
  (value) => {
    if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
    // Checked before upper-casing, which turns some other texts into three letters.
    const code = /^[a-z]{3}$/i.test(value.trim()) ? value.trim().toUpperCase() : '';
    return isCurrency(code)
      ? code
      : refuse('invalid_currency', 'must be a three-letter ISO 4217 code');
  },
);

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

/** Blank is no address, but accepted. */
const emailSchema = {
  type: 'string',
  maxLength: textLimits.email.max,
  accepts: {
    anyOf: [
      { type: 'string', format: 'idn-email' },
      { type: 'string', pattern: String.raw`^\s*$` },
    ],
  },
};

/** An e-mail address, or blank, which is evidence for scoring. */
export const email = primitive(emailSchema, (value) => {
  const read = readText(value);
  if (typeof read !== 'string') return read;
  const longer = refuseLonger(read, 'email');
  if (longer !== undefined) return longer;
  return read.trim() === '' || isEmail(read)
    ? read
    : refuse('invalid_email', 'must be an e-mail address');
});

/** Made once: making a schema takes several times as long as using it. */
const ipv4 = z.ipv4();
const ipv6 = z.ipv6();

/** An IPv4 or IPv6 address, or blank, which is evidence for scoring. */
export const ipAddress = primitive(
  { type: 'string', maxLength: textLimits.ipAddress.max },
  (value) => {
    const read = readText(value);
    if (typeof read !== 'string') return read;
    const longer = refuseLonger(read, 'ipAddress');
    if (longer !== undefined) return longer;
    if (read.trim() === '') return read;
    const isAddress = (read.includes(':') ? ipv6 : ipv4).safeParse(read).success;
    return isAddress ? read : refuse('invalid_value', 'must be an IPv4 or IPv6 address');
  },
);
