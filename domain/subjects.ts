import type { Address } from '../contracts/hbc/credit-card.js';
import { listKeysOf, placeSubjectOf } from './address/place-key.js';
import { emailInVersion1, normaliseEmail } from './email-address.js';
import { normaliseIp } from './ip-address.js';
import type { SanitisedTransaction } from './transaction.js';

/** Who or what an order may share with another one. */
export const subjectKinds = ['card', 'email', 'account', 'device', 'ip', 'address', 'bin'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

const filled = (text: string | undefined): string | undefined => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
};

/** A subject of one order by its normalised value, which is personal: it is hashed, never kept. */
export interface SubjectValue {
  readonly kind: Exclude<SubjectKind, 'card'>;
  readonly value: string;
  /**
   * What earlier versions of the normaliser made of it, where that is something else: whoever looks
   * for what is stored looks for these too. Nothing is stored under them any more.
   */
  readonly earlier: readonly string[];
}

const mailboxOf = (text: string): SubjectValue[] => {
  const value = normaliseEmail(text);
  const before = emailInVersion1(text);
  if (value === undefined) return [];
  const earlier = before === undefined || before === value ? [] : [before];
  return [{ kind: 'email', value, earlier }];
};

/** The place of each line, once, with the name that stands there first. */
export interface ShippedTo extends SubjectValue {
  readonly name: string;
}

const spellingOf = (address: Address): string =>
  [address.streetLineOne, address.streetLineTwo, address.city, address.state, address.zip]
    .concat(address.country)
    .join('\u0000');

/** The addresses of an order in their order, each spelling once: most lines go to the same one. */
export const spellingsOf = ({ items }: Pick<SanitisedTransaction, 'items'>): Address[] => {
  const firsts = new Map<string, Address>();
  for (const { shippingAddress } of items) {
    const spelling = spellingOf(shippingAddress);
    if (!firsts.has(spelling)) firsts.set(spelling, shippingAddress);
  }
  return [...firsts.values()];
};

/** Every place that the order ships to. */
export const placesOf = (transaction: SanitisedTransaction): ShippedTo[] => {
  const places = new Map<string, ShippedTo>();
  for (const address of spellingsOf(transaction)) {
    const place = placeSubjectOf(address);
    if (place === undefined) continue;
    const known = places.get(place.key);
    places.set(place.key, {
      kind: 'address',
      value: place.key,
      earlier: [...new Set([...(known?.earlier ?? []), ...place.earlier])],
      name: known?.name ?? address.name,
    });
  }
  return [...places.values()];
};

/**
 * Every subject of an order but its card, which has its tokens from the edge. Account ids belong
 * to a banner. An order has an address for each place that it ships to.
 */
export const subjectsOf = (transaction: SanitisedTransaction): SubjectValue[] => {
  const { banner, customer, additionalData, ipAddress, card } = transaction;
  const account = filled(customer.accountId);
  const plain: readonly (readonly [SubjectValue['kind'], string | undefined])[] = [
    ['account', account === undefined ? undefined : `${banner}\u0000${account}`],
    ['device', additionalData?.inAuthId],
    ['ip', ipAddress === undefined ? undefined : normaliseIp(ipAddress)],
    ['bin', card.bin6],
  ];
  return [
    ...mailboxOf(customer.emailAddress),
    ...plain.flatMap(([kind, value]) =>
      value === undefined ? [] : [{ kind, value, earlier: [] }],
    ),
    ...placesOf(transaction).map(({ kind, value, earlier }) => ({ kind, value, earlier })),
  ];
};

/** Every key under which an entry of a list may name a place that the order ships to. */
export const listedPlacesOf = (transaction: SanitisedTransaction): string[] => [
  ...new Set(spellingsOf(transaction).flatMap(listKeysOf)),
];
