import { placesIn, streets } from './places.js';
import type { Random } from './random.js';

/** An address as the HBC contract writes it. */
export interface DemoAddress {
  readonly name: string;
  readonly streetLineOne: string;
  readonly streetLineTwo?: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly country: string;
}

/** A made-up shopper at `example.com`. */
export interface Shopper {
  readonly firstName: string;
  readonly lastName: string;
  /** Local part of the e-mail address. */
  readonly mailbox: string;
  readonly home: DemoAddress;
  readonly ipAddress: string;
}

const firstNames = [
  'Dana Marcus Priya Elena Tom Yuki Fatima Luca Chloé Andre Hannah Wei Noah Sofia Omar',
  'Grace Émile Nadia Peter Aisha Julian Mei Oscar Ruth',
]
  .join(' ')
  .split(' ');
const lastNames = [
  'Whitfield Okafor Raman Petrov Bergeron Tanaka Haddad Moretti Lindqvist Santos Novak Chen',
  'Abrams Delgado Farouk Tremblay Kowalski Ibrahim Larsen Nguyen Brooks Fitzgerald Osei',
  'Singh',
]
  .join(' ')
  .split(' ');

/** Letters that every mail system accepts: "Chloé" becomes "chloe". */
const plain = (name: string): string =>
  name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** One part of an IPv6 address. */
const part = (random: Random): string => random.whole(1, 0xffff).toString(16);

/** Some letters; every second one is a vowel, as in names. */
const letters = (random: Random, count: number): string =>
  Array.from({ length: count }, (_, index) =>
    random.pick(Array.from(index % 2 === 0 ? 'bdfgklmnprst' : 'aeiou')),
  ).join('');

/** An address in some city of the country, for that name. */
export const makeAddress = (random: Random, name: string, country: 'US' | 'CA'): DemoAddress => ({
  name,
  streetLineOne: `${random.whole(11, 9980)} ${random.pick(streets)}`,
  ...(random.chance(0.3) && { streetLineTwo: `Apt ${random.whole(1, 24)}` }),
  ...random.pick(placesIn[country]),
});

export const makeName = (random: Random) => ({
  firstName: random.pick(firstNames),
  lastName: random.pick(lastNames),
});

export const makeShopper = (random: Random, country: 'US' | 'CA'): Shopper => {
  const { firstName, lastName } = makeName(random);
  return {
    firstName,
    lastName,
    // Letters, so that no two shoppers of a long stream share a mailbox.
    mailbox: `${plain(firstName)}.${plain(lastName)}.${letters(random, 6)}`,
    home: makeAddress(random, `${firstName} ${lastName}`, country),
    // 2001:db8::/32 is reserved for documentation (RFC 3849). Each shopper has a /64.
    ipAddress: `2001:db8:${part(random)}:${part(random)}::1`,
  };
};
