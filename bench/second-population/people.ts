import type { Address } from '../../contracts/hbc/credit-card.js';
import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import type { Random } from '../../local/demo/random.js';
import { dayMs } from '../population/calendar.js';
import type { PopulationCard } from '../population/cards.js';
import { exponential, makeUuid, pickWeighted, type Weighted } from '../population/chance.js';
import type { DraftCustomer } from '../population/draft.js';
import { homeCountry } from '../population/people.js';
import { firstNames, lastNames } from '../population/words.js';
import { customersMatch, type Match } from './issuer.js';
import type { Market } from './market.js';
import { homeLine, type Line } from './networks.js';
import { houseIn, type Metro, pickMetro } from './places.js';
import { season } from './season.js';

/** A customer, or a thief who plays one. */
export interface Buyer {
  readonly banner: Banner;
  readonly customer: DraftCustomer;
  readonly metro: Metro;
  readonly home: Address;
  readonly cards: readonly PopulationCard[];
  readonly nameOnCard: string;
  /** The most used one first. */
  readonly devices: readonly string[];
  readonly line: Line;
  /** The connection of the phone. */
  readonly carrier: Line;
  /** Share of orders that come over the phone's connection. */
  readonly mobileShare: number;
  readonly match: Match;
}

const bannerShares: Weighted<Banner> = banners.map((banner, index) => [
  banner,
  [18, 34, 28, 20][index] ?? 0,
]);

export const pickBanner = (random: Random): Banner => pickWeighted(random, bannerShares);

const ascii = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z]/g, '')
    .toLowerCase();

type Form = (random: Random, first: string, last: string) => string;

const mailForms: Weighted<Form> = [
  [(_random, first, last) => `${first}.${last}`, 25],
  [(_random, first, last) => `${first}${last}`, 20],
  [(random, first, last) => `${first[0]}${last}${random.whole(50, 99)}`, 15],
  [(random, first, last) => `${last}${first[0]}${random.whole(1, 999)}`, 10],
  [(random, first) => `${first}_${random.whole(1948, 2005)}`, 10],
  [(random, _first, last) => `the${last}s${random.whole(1, 30)}`, 6],
  [(random, first) => `sweet.${first}.${random.whole(1, 400)}`, 5],
  [(random, first, last) => `${first}.${last}+shop${random.whole(1, 9)}`, 3],
  [(random) => `${random.whole(100_000, 9_999_999)}`, 3],
  [(random) => makeUuid(random).slice(0, 8), 3],
];

/** A mailbox as people name theirs. */
export const mailboxFor = (market: Market, random: Random, first: string, last: string): string =>
  market.numbers.mailbox(
    pickWeighted(random, mailForms)(random, ascii(first), ascii(last)),
    random.pick(['example.com', 'example.com', 'example.net', 'example.org']),
  );

export const makeNames = (random: Random): { firstName: string; lastName: string } => ({
  firstName: random.pick(firstNames),
  lastName: random.pick(lastNames),
});

/** The account's age at the period's start: most are some years old. */
const oldAccount = (random: Random): number =>
  season.fromMs - Math.floor(Math.min(exponential(random, 1100), 4500)) * dayMs;

/** A few cards carry an initial, a middle name or the name in capitals. */
export const cardName = (random: Random, first: string, last: string): string =>
  pickWeighted<string>(random, [
    [`${first} ${last}`, 70],
    [`${first} ${last}`.toUpperCase(), 15],
    [`${first} ${random.pick('ABCDEGHJKLMRST'.split(''))}. ${last}`, 9],
    [`${first[0]}. ${last}`, 4],
    [`${last} ${first}`, 2],
  ]);

export interface Wanted {
  readonly banner?: Banner;
  readonly type?: DraftCustomer['customerType'];
  /** The instant that the account opened; some years ago unless given. */
  readonly sinceMs?: number;
  readonly cards?: number;
  readonly devices?: number;
  readonly metro?: Metro;
  readonly home?: Address;
  readonly line?: Line;
  readonly lastName?: string;
  readonly match?: Match;
  readonly mobileShare?: number;
}

/** A guest has a blank account number. */
export const makeBuyer = (market: Market, random: Random, wanted: Wanted = {}): Buyer => {
  const { type = 'registered', sinceMs = oldAccount(random) } = wanted;
  const banner = wanted.banner ?? pickBanner(random);
  const metro = wanted.metro ?? pickMetro(random, homeCountry(banner));
  const { firstName, lastName: drawn } = makeNames(random);
  const lastName = wanted.lastName ?? drawn;
  const name = `${firstName} ${lastName}`;
  const { cards = random.chance(0.3) ? 2 : 1, devices = random.chance(0.55) ? 2 : 1 } = wanted;
  return {
    ...{ banner, metro },
    customer: {
      customerType: type,
      accountId: type === 'guest' ? '' : market.numbers.nextAccountId(),
      accountSinceMs: sinceMs,
      ...{ firstName, lastName },
      emailAddress: mailboxFor(market, random, firstName, lastName),
    },
    home: wanted.home ? { ...wanted.home, name } : houseIn(random, metro, name),
    cards: Array.from({ length: cards }, () =>
      market.numbers.press.any(random, Math.max(sinceMs, season.fromMs)),
    ),
    nameOnCard: cardName(random, firstName, lastName),
    devices: Array.from({ length: devices }, () => makeUuid(random)),
    line: wanted.line ?? homeLine(random),
    carrier: random.pick(market.carriers),
    mobileShare: wanted.mobileShare ?? random.pick([0, 0.1, 0.3, 0.6]),
    match: wanted.match ?? pickWeighted(random, customersMatch),
  };
};
