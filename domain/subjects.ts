import type { Address } from '../contracts/hbc/credit-card.js';
import { houseKeyOf } from './address/house-key.js';
import { listKeysOf, placeSubjectOf } from './address/place-key.js';
import { emailInVersion1, normaliseEmail } from './email-address.js';
import { normaliseIp } from './ip-address.js';
import { remembered } from './remembered.js';
import type { SanitisedTransaction } from './transaction.js';

/** The kinds of subjects that two orders may share. */
export const subjectKinds = ['card', 'email', 'account', 'device', 'ip', 'address', 'bin'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

const filled = (text: string | undefined): string | undefined => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
};

/** A subject of an order by its normalised value, which is personal: it is hashed, never stored. */
export interface SubjectValue {
  readonly kind: Exclude<SubjectKind, 'card'>;
  readonly value: string;
  /**
   * The values of earlier normalisers, where they differ. Lookups search for these too; new rows
   * never use them.
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

/** A shipping place of the order, with the first recipient's name there. */
export interface ShippedTo extends SubjectValue {
  readonly name: string;
  /** As `houseKeyOf`; undefined where an earlier place of the order is in the same house. */
  readonly house: string | undefined;
}

const spellingOf = (address: Address): string =>
  [address.streetLineOne, address.streetLineTwo, address.city, address.state, address.zip]
    .concat(address.country)
    .join('\u0000');

/** The addresses of an order in its order, each spelling once: most lines share one. */
export const spellingsOf = ({ items }: Pick<SanitisedTransaction, 'items'>): Address[] => {
  const firsts = new Map<string, Address>();
  for (const { shippingAddress } of items) {
    const spelling = spellingOf(shippingAddress);
    if (!firsts.has(spelling)) firsts.set(spelling, shippingAddress);
  }
  return [...firsts.values()];
};

/** Every place that the order ships to, without duplicates. */
export const placesOf = remembered((transaction: SanitisedTransaction): readonly ShippedTo[] => {
  const places = new Map<string, ShippedTo>();
  const houses = new Set<string>();
  for (const address of spellingsOf(transaction)) {
    const place = placeSubjectOf(address);
    if (place === undefined) continue;
    const known = places.get(place.key);
    const house = houseKeyOf(address);
    const isNewHouse = house !== undefined && !houses.has(house);
    if (isNewHouse) houses.add(house);
    places.set(place.key, {
      kind: 'address',
      value: place.key,
      earlier: [...new Set([...(known?.earlier ?? []), ...place.earlier])],
      name: known?.name ?? address.name,
      house: known?.house ?? (isNewHouse ? house : undefined),
    });
  }
  return [...places.values()];
});

/**
 * Every subject of an order except its card, which already has tokens. An account id belongs to a
 * banner. An order has one address subject per shipping place.
 */
export const subjectsOf = remembered(
  (transaction: SanitisedTransaction): readonly SubjectValue[] => {
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
  },
);

/** Every key under which a list entry may name a place that the order ships to. */
export const listedPlacesOf = (transaction: SanitisedTransaction): string[] => [
  ...new Set(spellingsOf(transaction).flatMap(listKeysOf)),
];
