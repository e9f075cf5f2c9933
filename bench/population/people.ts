import type { Address } from '../../contracts/hbc/credit-card.js';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { placesIn } from '../../local/demo/places.js';
import type { Random } from '../../local/demo/random.js';
import { dayMs } from './calendar.js';
import type { PopulationCard } from './cards.js';
import { makeUuid, pickWeighted, type Weighted } from './chance.js';
import type { DraftCustomer } from './draft.js';
import { firstNames, lastNames, streets } from './words.js';
import { makeIp, type World } from './world.js';

/** The banner's home country, as in the shipped `config/verdict.yaml`. */
export const homeCountry = (banner: Banner): 'US' | 'CA' => (banner === 'bay' ? 'CA' : 'US');

/** A buyer, with what stays the same in every order. */
export interface Shopper {
  readonly banner: Banner;
  readonly customer: DraftCustomer;
  readonly home: Address;
  readonly cards: readonly PopulationCard[];
  readonly nameOnCard: string;
  readonly device: string;
  readonly ip: string;
  /** The issuer's AVS reply for the address as this shopper types it. */
  readonly avs: string;
}

export const makeName = (random: Random): { firstName: string; lastName: string } => ({
  firstName: random.pick(firstNames),
  lastName: random.pick(lastNames),
});

export const makeAddress = (random: Random, name: string, country: 'US' | 'CA'): Address => ({
  name,
  streetLineOne: random.chance(0.03)
    ? `PO Box ${random.whole(10, 4999)}`
    : `${random.whole(2, 4999)} ${random.pick(streets)}`,
  ...(random.chance(0.3) && { streetLineTwo: `Apt ${random.whole(1, 40)}` }),
  ...random.pick(placesIn[country]),
});

/** ASCII letters, which every mail system accepts: "Chloé" becomes "chloe". */
export const plain = (name: string): string =>
  name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

const freeMail = ['example.com', 'example.org', 'example.net'];

const consonants = 'bcdfghjklmnpqrstvwxz'.split('');

/** Random letters and digits, as in an alias or a generated mailbox. */
export const gibberish = (random: Random, length: number): string =>
  Array.from({ length }, () =>
    random.chance(0.3) ? String(random.whole(0, 9)) : random.pick(consonants),
  ).join('');

type MailForm = (random: Random, first: string, last: string) => string;

const mailForms: Weighted<MailForm> = [
  [(random, first, last) => `${first}.${last}${random.whole(1, 99)}`, 40],
  [(random, first, last) => `${first[0]}${last}${random.whole(1, 99)}`, 25],
  [(random, first) => `${first}${random.whole(1955, 2006)}`, 20],
  [(random, first, last) => `${last}_${first}${random.whole(1, 9)}`, 10],
  [(random, first) => `${first}${random.whole(10_000, 999_999)}`, 2],
  [
    (random, first, last) => `${first[0]}${last.replaceAll(/[aeiouy]/g, '')}${random.whole(1, 9)}`,
    1,
  ],
  [(random) => gibberish(random, 10), 1],
];

export const honestMail = (world: World, random: Random, firstName: string, lastName: string) => {
  const local = pickWeighted(random, mailForms)(random, plain(firstName), plain(lastName));
  const domain = random.chance(0.004) ? 'mailinator.com' : random.pick(freeMail);
  return world.mailbox(local, domain);
};

/** AVS replies of American issuers to honest shoppers: most addresses match, by no means all. */
const honestAvs: Weighted<string> = [
  ['H', 46],
  ['9', 22],
  ['B', 10],
  ['Z', 6],
  ['A', 3],
  ['D', 1.5],
  ['F', 1],
  ['G', 1.5],
  ['M2', 3],
  ['M3', 1],
  ['M5', 0.6],
  ['M7', 0.4],
  ['R', 1.5],
  ['4', 1],
  ['7', 0.7],
  ['3', 0.8],
];
export const drawAvs = (random: Random): string => pickWeighted(random, honestAvs);

/** The name on the card: with an initial, shortened, or another family member's. */
const nameOnCard = (random: Random, firstName: string, lastName: string): string => {
  const roll = random.next();
  if (roll < 0.78) return `${firstName} ${lastName}`;
  if (roll < 0.88) return `${firstName} ${random.pick(firstNames)[0]} ${lastName}`.toUpperCase();
  if (roll < 0.93) return `${firstName[0]} ${lastName}`;
  if (roll < 0.95) return `${firstName} ${random.pick(lastNames)}`;
  if (roll < 0.98) return `${random.pick(firstNames)} ${lastName}`;
  return `${lastName}, ${firstName}`;
};

const bannerShares: Weighted<Banner> = banners.map((banner, index) => [
  banner,
  [15, 35, 30, 20][index] ?? 0,
]);

export interface ShopperWish {
  readonly customerType: DraftCustomer['customerType'];
  /** The time of the first order: accounts and cards exist by then. */
  readonly firstMs: number;
  readonly cards?: number;
  readonly banner?: Banner;
  /** For a household: the shared address and IP. */
  readonly home?: Address;
  readonly ip?: string;
}

const accountSince = (random: Random, firstMs: number): number =>
  // One account in seven is created for the first order; the others are up to seven years old.
  random.chance(0.15) ? firstMs : firstMs - random.whole(3, 2500) * dayMs;

/** A guest has a blank account id and the order's date, because the contract requires a date. */
export const makeShopper = (world: World, random: Random, wish: ShopperWish): Shopper => {
  const { firstMs, customerType, cards = 1 } = wish;
  const banner = wish.banner ?? pickWeighted(random, bannerShares);
  const { firstName, lastName } = makeName(random);
  const name = `${firstName} ${lastName}`;
  const sharesIp = random.chance(0.04);
  return {
    banner,
    home: wish.home ? { ...wish.home, name } : makeAddress(random, name, homeCountry(banner)),
    customer: {
      customerType,
      accountId: customerType === 'guest' ? '' : world.nextAccountId(),
      accountSinceMs: accountSince(random, firstMs),
      ...{ firstName, lastName },
      emailAddress: honestMail(world, random, firstName, lastName),
    },
    cards: Array.from({ length: cards }, () => world.press.any(random, firstMs)),
    nameOnCard: nameOnCard(random, firstName, lastName),
    device: makeUuid(random),
    ip: wish.ip ?? (sharesIp ? random.pick(world.sharedIps) : makeIp(random)),
    avs: drawAvs(random),
  };
};
