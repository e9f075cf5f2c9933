import type { Address } from '../../contracts/hbc/credit-card.js';
import { streetKeyOf, streetOf } from '../address/street.js';
import { addressKeyOf } from '../address/place-key.js';
import { countryOf } from '../country.js';
import { isBlankAddress } from '../facts/address.js';
import { sourceOf } from '../facts/transaction.js';
import { normaliseIp } from '../ip-address.js';
import { compareNames } from '../name-similarity.js';
import { spellingsOf } from '../subjects.js';
import { normaliseWords } from '../text.js';
import { dayMs, utcDayOf, utcDayOfDate } from '../utc-day.js';
import type { SanitisedTransaction } from '../transaction.js';
import { countOf, printAge } from './figures.js';

/** One cell: the given value, or words for a value that nobody gave. */
export interface Cell {
  readonly text: string;
  /** Nobody gave it: `text` says what is missing. */
  readonly isMissing: boolean;
  /** It differs from the billing column. */
  readonly differs: boolean;
  /** Compared letter by letter, as ids are. */
  readonly isCode: boolean;
}

/** The columns of the comparison, as the page shows them. */
export const comparedColumns = ['billing', 'shipping', 'account', 'device'] as const;
export type ComparedColumn = (typeof comparedColumns)[number];

/** One row of the comparison. */
export interface ComparedRow {
  readonly field: 'Name' | 'Street' | 'Place' | 'Contact' | 'Known';
  readonly cells: Readonly<Record<ComparedColumn, Cell>>;
}

/** Since when a subject is known, and by how many orders; this order included. */
export interface Acquaintance {
  readonly orders: number;
  /** The count stops at its bound. */
  readonly isMore: boolean;
  readonly firstAtMs: number;
}

/** What is known of the order besides its own text. */
export interface ComparisonContext {
  readonly receivedAtMs: number;
  /** ISO code of the IP address's country; blank when no table has it. */
  readonly ipCountry: string;
  /** By subject; undefined for one that the order lacks. */
  readonly known: Readonly<
    Record<'card' | 'address' | 'account' | 'email' | 'device', Acquaintance | undefined>
  >;
}

const said = (text: string, differs = false): Cell => ({
  text,
  isMissing: false,
  differs,
  isCode: false,
});
const code = (text: string, differs = false): Cell => ({ ...said(text, differs), isCode: true });
const missing = (text: string): Cell => ({ ...said(text), isMissing: true });

const filled = (text: string | undefined, words: string, differs = false): Cell =>
  text === undefined || text.trim() === '' ? missing(words) : said(text.trim(), differs);

/** Below this likeness two names are two people; an initial is as good as its name. */
const sameNameFrom = 0.85;

/** Whether two names are unlike, as rules compare them; a blank one says nothing. */
export const namesDiffer = (one: string, other: string): boolean => {
  if (one.trim() === '' || other.trim() === '') return false;
  const likeness = compareNames(one, other);
  return likeness === undefined || likeness < sameNameFrom;
};

const streetKey = (address: Address): string =>
  streetKeyOf(streetOf(address, countryOf(address.country)).whole);

const townKey = (address: Address): string =>
  addressKeyOf({ ...address, streetLineOne: '', streetLineTwo: '' });

const streetText = ({ streetLineOne, streetLineTwo = '' }: Address): string =>
  [streetLineOne, streetLineTwo]
    .map((line) => line.trim())
    .filter(Boolean)
    .join(', ');

const placeText = ({ city, state, zip, country }: Address): string =>
  [
    city.trim(),
    [state, zip]
      .map((part) => part.trim())
      .filter(Boolean)
      .join(' '),
    country.trim(),
  ]
    .filter(Boolean)
    .join(', ');

const hasPlace = ({ city, state, zip }: Address): boolean =>
  [city, state, zip].some((part) => part.trim() !== '');

/** The address that the page compares: the first that differs from billing, else the first. */
const shownShipping = (transaction: SanitisedTransaction): Address | undefined => {
  const billing = transaction.creditCard.billingAddress;
  const places = spellingsOf(transaction).filter((address) => !isBlankAddress(address));
  return places.find((place) => addressKeyOf(place) !== addressKeyOf(billing)) ?? places[0];
};

const nameRow = (order: SanitisedTransaction, shipping: Address | undefined): ComparedRow => {
  const { nameOnCard, billingAddress } = order.creditCard;
  const billing = nameOnCard.trim() === '' ? billingAddress.name : nameOnCard;
  const account = `${order.customer.firstName} ${order.customer.lastName}`.trim();
  const session = order.additionalData?.inAuthId;
  const source = sourceOf(order);
  const recipient = shipping?.name ?? '';
  return {
    field: 'Name',
    cells: {
      billing: filled(billing, 'no name'),
      shipping: filled(recipient, 'no name', namesDiffer(billing, recipient)),
      account: filled(account, 'no name', namesDiffer(billing, account)),
      device:
        session === undefined
          ? missing(`${source}, no device session`)
          : said(`${source}, session ${session.slice(0, 8)}`),
    },
  };
};

const streetRow = (order: SanitisedTransaction, shipping: Address | undefined): ComparedRow => {
  const billing = order.creditCard.billingAddress;
  const [own, other] = [billing, shipping].map((one) => one && streetKey(one));
  const bothSaid = own !== '' && other !== undefined && other !== '';
  const ip = order.ipAddress === undefined ? undefined : normaliseIp(order.ipAddress);
  return {
    field: 'Street',
    cells: {
      billing: filled(streetText(billing), 'no street'),
      shipping: shipping
        ? filled(streetText(shipping), 'no street', bothSaid && own !== other)
        : missing('nothing is shipped'),
      account: missing('not told to Verdict'),
      device: ip === undefined ? missing('no IP address') : code(ip),
    },
  };
};

const placeRow = (
  order: SanitisedTransaction,
  shipping: Address | undefined,
  { ipCountry }: ComparisonContext,
): ComparedRow => {
  const billing = order.creditCard.billingAddress;
  const home = countryOf(billing.country);
  const differs =
    shipping !== undefined &&
    hasPlace(shipping) &&
    hasPlace(billing) &&
    townKey(shipping) !== townKey(billing);
  return {
    field: 'Place',
    cells: {
      billing: filled(placeText(billing), 'no place'),
      shipping: shipping
        ? filled(placeText(shipping), 'no place', differs)
        : missing('nothing is shipped'),
      account: missing('not told to Verdict'),
      device:
        ipCountry === ''
          ? missing('country not known')
          : said(ipCountry, home !== undefined && ipCountry !== home),
    },
  };
};

/** A card as people may see it: first six and last four digits, nothing more. */
export const printCard = ({ card }: Pick<SanitisedTransaction, 'card'>): string =>
  `${card.bin6} ···· ${card.last4}`;

const contactRow = (order: SanitisedTransaction): ComparedRow => {
  const { salesRep = '', storeNumber, customer, creditCard, additionalData } = order;
  const isSold = sourceOf(order) !== 'web' && normaliseWords(salesRep) !== '';
  return {
    field: 'Contact',
    cells: {
      billing: said(`card ${printCard(order)}, ${creditCard.expiryDate}`),
      shipping: filled(additionalData?.shippingPhone, 'no phone'),
      account: filled(customer.emailAddress, 'no e-mail'),
      device: said(`store ${storeNumber}${isSold ? `, sold by ${salesRep.trim()}` : ''}`),
    },
  };
};

const isNew = ({ firstAtMs }: Acquaintance, receivedAtMs: number): boolean =>
  receivedAtMs - firstAtMs < dayMs;

const orders = ({ orders: count, isMore }: Acquaintance): string =>
  countOf(count, 'order').replace(' ', isMore ? '+ ' : ' ');

/** `never before` counts without the order itself. */
const knownCell = (found: Acquaintance | undefined, receivedAtMs: number, none: string): Cell => {
  if (found === undefined) return missing(none);
  if (found.orders <= 1) return said('never before');
  const age = isNew(found, receivedAtMs) ? 'since today' : printAge(receivedAtMs - found.firstAtMs);
  return said(`${age}, ${orders(found)}`);
};

const accountCell = (order: SanitisedTransaction, { receivedAtMs, known }: ComparisonContext) => {
  const { customerType, creationDate, accountId } = order.customer;
  if (customerType === 'guest') {
    return knownCell(known.email, receivedAtMs, 'guest, no e-mail');
  }
  const days = utcDayOf(receivedAtMs) - utcDayOfDate(creationDate);
  const age = days < 0 ? 'made in the future' : printAge(days * dayMs);
  return said([age, accountId.trim()].filter(Boolean).join(', '));
};

const knownRow = (order: SanitisedTransaction, context: ComparisonContext): ComparedRow => {
  const { known, receivedAtMs } = context;
  const cell = (kind: 'card' | 'address' | 'device', none: string) =>
    knownCell(known[kind], receivedAtMs, none);
  const card = known.card;
  const isOld = card !== undefined && card.orders > 1 && !isNew(card, receivedAtMs);
  const unlike = (one: Cell, found: Acquaintance | undefined): Cell => ({
    ...one,
    differs: isOld && found !== undefined && isNew(found, receivedAtMs),
  });
  return {
    field: 'Known',
    cells: {
      billing: cell('card', 'not stored'),
      shipping: unlike(cell('address', 'no place'), known.address),
      account: accountCell(order, context),
      device: unlike(cell('device', 'no device session'), known.device),
    },
  };
};

/**
 * Billing, shipping, account and device side by side. A cell differs when its normalised value is
 * not the billing one, by the same normalisers that rules use. Of several shipping places the first
 * that differs from billing is shown.
 */
export const compareParts = (
  order: SanitisedTransaction,
  context: ComparisonContext,
): { readonly rows: readonly ComparedRow[]; readonly otherPlaces: number } => {
  const shipping = shownShipping(order);
  const places = new Set(
    spellingsOf(order)
      .filter((address) => !isBlankAddress(address))
      .map(addressKeyOf),
  );
  return {
    rows: [
      nameRow(order, shipping),
      streetRow(order, shipping),
      placeRow(order, shipping, context),
      contactRow(order),
      knownRow(order, context),
    ],
    otherPlaces: Math.max(0, places.size - 1),
  };
};
