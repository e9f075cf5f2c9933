import type { ErrorCode } from '../../contracts/errors.js';
import { email, ipAddress, uuid } from '../../contracts/hbc/primitives.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import type { EntryAddress, EntryKind, EntryToAdd } from '../../contracts/v1/lists.js';
import { entryKeyOf } from '../address/place-key.js';
import { zipKeyOf } from '../address/zip.js';
import { countryOf } from '../country.js';
import { domainOfMailbox, emailInVersion1, normaliseEmail } from '../email-address.js';
import { normaliseIp } from '../ip-address.js';
import { readIpRange } from '../ip-range.js';
import { looksLikeCard } from './looks-like-card.js';
import { domainInVersion1, normaliseBin, normaliseDomain, normaliseText } from './plain-values.js';

/** A value in the normalised form that orders are matched on; personal unless its kind is plain. */
export interface ReadValue {
  readonly normalised: string;
  /** The forms of earlier versions, where they differ: rows may be stored under these. */
  readonly earlier?: readonly string[];
  /** The part of the value that people may see. */
  readonly hint: string;
}

/** A problem with an entry. `message` follows the field's name and does not repeat the value. */
export interface ValueProblem {
  readonly code: ErrorCode;
  readonly field: keyof EntryToAdd;
  readonly message: string;
}

export type ReadResult = ReadValue | ValueProblem;

export const isProblem = (result: object): result is ValueProblem => 'code' in result;

const problem = (
  field: ValueProblem['field'],
  message: string,
  code: ErrorCode = 'invalid_value',
): ValueProblem => ({ code, field, message });

const cardNumberIn = (field: ValueProblem['field']): ValueProblem =>
  problem(field, 'looks like a card number: list a card by the transactionId of its order');

/** The last four characters, of a short text at most half: the rest stays hidden. */
const ending = (text: string): string => {
  const characters = Array.from(text);
  const shown = Math.min(4, Math.floor(characters.length / 2));
  return `…${characters.slice(characters.length - shown).join('')}`;
};

const earlierThan = (normalised: string, before: string | undefined): readonly string[] =>
  before === undefined || before === normalised ? [] : [before];

const readEmail = (text: string): ReadResult => {
  const normalised = email.safeParse(text).success ? normaliseEmail(text) : undefined;
  if (normalised === undefined)
    return problem('value', 'must be an e-mail address', 'invalid_email');
  return {
    normalised,
    earlier: earlierThan(normalised, emailInVersion1(text)),
    hint: domainOfMailbox(normalised),
  };
};

/** Prefix lengths that the hint of an address shows; it shows a range this wide in full. */
const shownIpv4 = 24;
const shownIpv6 = 48;

/** The visible prefix ends in `…`, because CIDR notation would name a whole network. */
const hintOfIp = (normalised: string): string =>
  normalised.includes(':')
    ? `${normalised.split(':').slice(0, 3).join(':')}:…::`
    : `${normalised.split('.').slice(0, 3).join('.')}.…`;

const readRange = (text: string): ReadResult | undefined => {
  const read = readIpRange(text);
  if (read === undefined) return undefined;
  if (!read.ok) return problem('value', read.message);
  const { range, length } = read;
  if (length <= (range.includes(':') ? shownIpv6 : shownIpv4)) {
    return { normalised: range, hint: range };
  }
  const hint = `${hintOfIp(range)}${range.includes('/') ? `/${length}` : ''}`;
  return { normalised: range, hint };
};

const readIp = (text: string): ReadResult => {
  const range = readRange(text);
  if (range !== undefined) return range;
  const normalised = ipAddress.safeParse(text).success ? normaliseIp(text) : undefined;
  if (normalised === undefined) {
    return problem('value', 'must be an IPv4 or IPv6 address, or a range as CIDR');
  }
  return { normalised, hint: `${hintOfIp(normalised)}${normalised.includes(':') ? '/64' : ''}` };
};

const readDevice = (text: string): ReadResult => {
  const read = uuid.safeParse(text);
  return read.success
    ? { normalised: read.data, hint: ending(read.data) }
    : problem('value', 'must be a UUID');
};

const readAccount = (text: string, banner: Banner | undefined): ReadResult =>
  banner === undefined
    ? problem('banner', 'is required for an account', 'missing_field')
    : { normalised: `${banner}\u0000${text}`, hint: `${banner} ${ending(text)}` };

const readPlain = (normalised: string | undefined, must: string): ReadResult =>
  normalised === undefined ? problem('value', must) : { normalised, hint: normalised };

const readDomain = (text: string): ReadResult => {
  const normalised = normaliseDomain(text);
  if (normalised === undefined) return problem('value', 'must be a domain name');
  const before = domainInVersion1(`x@${text.replace(/^@/, '').replace(/\.$/, '')}`);
  return { normalised, earlier: earlierThan(normalised, before), hint: normalised };
};

const readAddress = (given: EntryAddress): ReadResult => {
  const { streetLineOne, streetLineTwo = '', city = '', state = '', zip = '', country } = given;
  const texts = [streetLineOne, streetLineTwo, city, state, zip, country, given.name ?? ''];
  if (texts.some(looksLikeCard)) return cardNumberIn('address');
  const code = countryOf(country);
  if (code === undefined) {
    return problem('address', 'must have a country of ISO 3166, by its code or name');
  }
  const place = { name: '', streetLineOne, streetLineTwo, city, state, zip, country };
  const entry = entryKeyOf(place);
  if (entry === undefined) {
    return problem('address', 'must have a street, and a postal code or city');
  }
  const hint = `${code} ${zipKeyOf(place).slice(0, 3).toUpperCase()}`.trim();
  return { normalised: entry.key, earlier: entry.earlier, hint };
};

/** Kinds whose form rules out a card number. */
const checkedByForm: ReadonlySet<EntryKind> = new Set(['device', 'ip', 'bin']);

const readText = (
  kind: Exclude<EntryKind, 'card' | 'address'>,
  text: string,
  banner: Banner | undefined,
): ReadResult => {
  switch (kind) {
    case 'email':
      return readEmail(text);
    case 'account':
      return readAccount(text, banner);
    case 'device':
      return readDevice(text);
    case 'ip':
      return readIp(text);
    case 'bin':
      return readPlain(normaliseBin(text), 'must be the first six digits of a card number');
    case 'email_domain':
      return readDomain(text);
    case 'text':
      return readPlain(
        // Values that identify people must not be stored in clear.
        readIpRange(text)?.ok === true ? undefined : normaliseText(text),
        'must be a code of at most 64 letters, digits, spaces or . : / _ # & + -',
      );
    default:
      return kind satisfies never;
  }
};

/** Rejects fields of another kind: ignoring them would hide a mistake. */
const strayField = (kind: EntryKind, given: EntryToAdd): ValueProblem | undefined => {
  const expected = kind === 'card' ? 'transactionId' : kind === 'address' ? 'address' : 'value';
  if (kind === 'card' && given.value !== undefined) {
    return problem('value', 'must not be given: list a card by the transactionId of its order');
  }
  const stray = (['value', 'address', 'transactionId'] as const).find(
    (field) => field !== expected && given[field] !== undefined,
  );
  if (stray !== undefined) return problem(stray, 'must not be given for an entry of this kind');
  if (given.banner !== undefined && kind !== 'account') {
    return problem('banner', 'is for accounts only');
  }
  return given[expected] === undefined
    ? problem(expected, 'is required for an entry of this kind', 'missing_field')
    : undefined;
};

/**
 * Normalises an entry's value. A card has no plain value here: undefined means that it is valid.
 */
export const readValue = (kind: EntryKind, given: EntryToAdd): ReadResult | undefined => {
  const stray = strayField(kind, given);
  if (stray !== undefined || kind === 'card') return stray;
  if (kind === 'address') return given.address && readAddress(given.address);
  const text = given.value?.trim() ?? '';
  const read = readText(kind, text, given.banner);
  const isChecked = !checkedByForm.has(kind) || isProblem(read);
  return isChecked && looksLikeCard(text) ? cardNumberIn('value') : read;
};
