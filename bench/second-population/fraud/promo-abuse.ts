import { dayMs, hourMs } from '../../population/calendar.js';
import { makeUuid } from '../../population/chance.js';
import type { Story } from '../market.js';
import { everydayPieces, order } from '../order.js';
import { makeBuyer, makeNames } from '../people.js';
import { houseIn, retyped } from '../places.js';
import { anyTime } from '../season.js';
import { heardLater } from './labels.js';
import { loot, paced } from './thief.js';

const truth = 'promo_abuse';
const welcome = { code: 'WELCOME15', share: 0.15 };

/** The welcome offer again and again, under variants of one's own mailbox, name and address. */
export const manySelves: Story = (market, random) => {
  const self = makeBuyer(market, random, { cards: 2, devices: 1 });
  const [local = 'me', domain = 'example.com'] = self.customer.emailAddress.split('@');
  const times = paced(random, anyTime(random, 8 * dayMs), random.whole(3, 7), 3 * dayMs);
  return times.map((atMs, index) => {
    const customer = {
      ...self.customer,
      ...{ accountId: market.numbers.nextAccountId(), accountSinceMs: atMs },
      emailAddress: index === 0 ? `${local}@${domain}` : `${local}+${index}@${domain}`,
    };
    return order(market, random, self, {
      ...{ atMs, truth, story: 'promo_many_selves', customer, promotion: welcome },
      shipTo: random.chance(0.4) ? retyped(random, self.home) : self.home,
      ...heardLater(random, atMs, 'abuse'),
    });
  });
};

/** The same with care: a virtual card, another mailbox, a private window and a made-up flat. */
export const carefulSelves: Story = (market, random) => {
  const self = makeBuyer(market, random, { devices: 1 });
  const times = paced(random, anyTime(random, 8 * dayMs), random.whole(3, 6), 4 * dayMs);
  return times.map((atMs) => {
    const other = makeBuyer(market, random, {
      ...{ banner: self.banner, metro: self.metro, sinceMs: atMs, cards: 1 },
      lastName: self.customer.lastName,
    });
    const flat = `Apt ${random.whole(1, 30)}`;
    const name = `${other.customer.firstName} ${other.customer.lastName}`;
    const door = { ...self.home, name, streetLineTwo: flat };
    return order(market, random, other, {
      ...{ atMs, truth, story: 'promo_careful_selves', promotion: welcome },
      ...{ shipTo: door, billing: door, match: self.match },
      ...{ ip: self.carrier(random, atMs), device: makeUuid(random) },
      ...heardLater(random, atMs, 'abuse'),
    });
  });
};

/** Farms accounts for a referral bonus and resells what it buys, to doors of friends. */
export const accountFarm: Story = (market, random) => {
  const farmer = makeBuyer(market, random, { cards: 3, devices: 1 });
  const doors = Array.from({ length: 3 }, () => houseIn(random, farmer.metro, farmer.home.name));
  const times = paced(random, anyTime(random, dayMs), random.whole(4, 8), 3 * hourMs);
  return times.map((atMs) => {
    const { firstName, lastName } = makeNames(random);
    const account = makeBuyer(market, random, { banner: farmer.banner, sinceMs: atMs });
    const customer = { ...account.customer, firstName, lastName };
    return order(market, random, farmer, {
      ...{ atMs, truth, story: 'promo_account_farm', customer },
      ...{ promotion: { code: 'REFER25', share: 0.25 }, shipTo: random.pick(doors) },
      pieces: random.chance(0.6) ? loot(random, 'modest') : everydayPieces(random, farmer.banner),
      ...(random.chance(0.3) && { device: makeUuid(random) }),
      ...heardLater(random, atMs, 'abuse'),
    });
  });
};
