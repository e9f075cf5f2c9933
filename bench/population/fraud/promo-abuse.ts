import type { Address } from '../../../contracts/hbc/credit-card.js';
import type { Random } from '../../../local/demo/random.js';
import { anyInstant, dayMs, hourMs } from '../calendar.js';
import { makeUuid } from '../chance.js';
import type { Draft, LateLabel } from '../draft.js';
import { pickArticles } from '../goods.js';
import { makeName, makeShopper, plain } from '../people.js';
import type { Story } from '../story.js';
import { makeIp, type World } from '../world.js';
import { makeHouse } from './thief.js';

/** The same address in another spelling, so that a comparison of letters sees a new one. */
const disguise = (random: Random, address: Address): Address => ({
  ...address,
  streetLineOne: random.pick([
    address.streetLineOne,
    address.streetLineOne.toUpperCase(),
    address.streetLineOne.replace('Street', 'St').replace('Avenue', 'Ave.').replace('Road', 'Rd'),
  ]),
  streetLineTwo: random.pick(['Apt 2', '#2', 'Unit 2', 'Suite 2', '2']),
});

/** Marketing checks new accounts now and then. */
const foundLater = (random: Random, atMs: number): LateLabel | undefined =>
  random.chance(0.1) ? { kind: 'fraud', atMs: atMs + random.whole(7, 20) * dayMs } : undefined;

interface Ring {
  readonly home: Address;
  readonly mailboxes: 'tags' | 'numbers' | 'throw-away';
  readonly promotion: NonNullable<Draft['promotion']>;
  readonly name: { readonly firstName: string; readonly lastName: string };
  readonly devices: readonly string[];
  readonly ips: readonly string[];
  readonly cards: number;
}

const makeRing = (random: Random): Ring => {
  const name = makeName(random);
  const home = makeHouse(random, `${name.firstName} ${name.lastName}`, 's5a');
  const many = random.chance(0.4);
  return {
    ...{ home, name, mailboxes: random.pick(['tags', 'numbers', 'throw-away'] as const) },
    promotion: random.pick([
      { code: 'WELCOME30', share: 0.3 },
      { code: 'NEWCLIENT60', share: 0.6 },
    ]),
    devices: Array.from({ length: many ? 6 : 1 }, () => makeUuid(random)),
    ips: Array.from({ length: many ? 4 : 1 }, () => makeIp(random)),
    cards: random.chance(0.6) ? random.whole(1, 2) : 12,
  };
};

const mailOf = (world: World, ring: Ring, number: number): string => {
  const local = plain(`${ring.name.firstName}.${ring.name.lastName}`);
  if (ring.mailboxes === 'tags') return world.mailbox(`${local}+new${number}`, 'example.com');
  const domain = ring.mailboxes === 'numbers' ? 'example.org' : 'yopmail.com';
  return world.mailbox(`${local}${number}`, domain);
};

/**
 * One household opens account after account, each as a new customer with the new customers' code.
 * The cards are its own: there are no chargebacks, the shop only loses its margin.
 */
export const promoAbuse: Story = (world: World, random: Random) => {
  const ring = makeRing(random);
  const banner = random.pick(['lat', 's5a', 'o5a'] as const);
  let atMs = anyInstant(random);
  const shopper = makeShopper(world, random, {
    ...{ customerType: 'registered', firstMs: atMs, cards: ring.cards, banner, home: ring.home },
  });
  return Array.from({ length: random.whole(6, 16) }, (_, number): Draft => {
    atMs += random.whole(2, 60) * hourMs;
    const shipTo = disguise(random, ring.home);
    const label = foundLater(random, atMs);
    return {
      ...{ atMs, truth: 'promo_abuse', story: 'promo abuse', banner, source: 'web' },
      ...{ orderId: world.nextOrderId(), groupId: '1', storeNumber: 689 },
      customer: {
        ...{ ...ring.name, customerType: 'registered', accountSinceMs: atMs },
        ...{ accountId: world.nextAccountId(), emailAddress: mailOf(world, ring, number) },
      },
      card: random.pick(shopper.cards),
      ...{ nameOnCard: ring.home.name, billing: ring.home, avs: shopper.avs, responseCode: 100 },
      ...(banner === 'o5a' && { cvv: 'M' }),
      lines: pickArticles(random, banner, random.whole(1, 2)).map((article) => {
        return { article, quantity: 1, shipTo };
      }),
      ...{ shippingMethod: 'standard', shippingMinor: 0, promotion: ring.promotion, authorised: 1 },
      ...{ ip: random.pick(ring.ips), device: random.pick(ring.devices) },
      ...(label && { label }),
    };
  });
};
