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

/** Someone who shops; nobody in particular, at `example.com`. */
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

/** Letters that every mail system takes: "Chloé" becomes "chloe". */
const plain = (name: string): string =>
  name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** An address in some city of the country, for that name. */
export const makeAddress = (random: Random, name: string, country: 'US' | 'CA'): DemoAddress => ({
  name,
  streetLineOne: `${random.whole(11, 980)} ${random.pick(streets)}`,
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
    mailbox: `${plain(firstName)}.${plain(lastName)}${random.whole(2, 99)}`,
    home: makeAddress(random, `${firstName} ${lastName}`, country),
    // 198.51.100.0/24 is TEST-NET-2 of RFC 5737: nobody's address.
    ipAddress: `198.51.100.${random.whole(1, 254)}`,
  };
};
