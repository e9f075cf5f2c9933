import type { Random } from '../../../local/demo/random.js';
import { dayMs, hourMs } from '../../population/calendar.js';
import { makeUuid } from '../../population/chance.js';
import type { Draft } from '../../population/draft.js';
import { homeCountry } from '../../population/people.js';
import type { Market, Story } from '../market.js';
import { neighbourOf, residentialProxy } from '../networks.js';
import { order, type Visit } from '../order.js';
import { type Buyer, mailboxFor, makeBuyer, makeNames } from '../people.js';
import { houseIn, pickMetro } from '../places.js';
import { season, shoppingTime } from '../season.js';
import { heardLater } from './labels.js';
import { campaignDaysMax, loot, paced, posing } from './thief.js';

/** A victim with their own orders before the thief comes and, sometimes, after. */
interface Victim {
  readonly owner: Buyer;
  readonly startMs: number;
  readonly own: readonly Draft[];
}

const makeVictim = (market: Market, random: Random): Victim => {
  const owner = makeBuyer(market, random);
  const fromMs = season.fromMs + 30 * dayMs;
  const startMs = shoppingTime(random, { fromMs, toMs: season.toMs - campaignDaysMax / 5 });
  const own = Array.from({ length: random.whole(1, 7) }, () => {
    const isAfter = random.chance(0.1);
    const within = isAfter ? { fromMs: startMs } : { toMs: startMs };
    const atMs = shoppingTime(random, { ...within, zone: owner.metro.zone });
    return order(market, random, owner, { atMs, story: 'account_owner' });
  });
  return { owner, startMs, own };
};

type Given = Omit<Visit, 'truth' | 'label'>;

const steal = (market: Market, random: Random, { owner }: Victim, visit: Given): Draft =>
  order(market, random, owner, {
    ...visit,
    ...{ truth: 'account_takeover' },
    ...heardLater(random, visit.atMs, 'takeover'),
  });

/** Another mailbox in the victim's name, so that no confirmation reaches the victim. */
const ownMailbox = (market: Market, random: Random, { customer }: Buyer) => ({
  ...customer,
  emailAddress: mailboxFor(market, random, customer.firstName, customer.lastName),
});

const strangerName = (random: Random): string => {
  const { firstName, lastName } = makeNames(random);
  return `${firstName} ${lastName}`;
};

/** Everything at once: another device, network and state, for as much as the card gives. */
export const smashAndGrab: Story = (market, random) => {
  const victim = makeVictim(market, random);
  const elsewhere = pickMetro(random, homeCountry(victim.owner.banner));
  const shipTo = houseIn(random, elsewhere, strangerName(random));
  const vpn = random.pick(market.vpns);
  const device = makeUuid(random);
  const customer = ownMailbox(market, random, victim.owner);
  const changesMail = random.chance(0.5);
  const stolen = paced(random, victim.startMs, random.whole(1, 3), hourMs).map((atMs) =>
    steal(market, random, victim, {
      ...{ atMs, story: 'takeover_smash', shipTo, device, ip: vpn(random, atMs) },
      ...{ pieces: loot(random, random.chance(0.2) ? 'gift cards' : 'hot') },
      ...(changesMail && { customer }),
      speed: random.pick(['express', 'overnight'] as const),
    }),
  );
  return [...victim.own, ...stolen];
};

/** From the victim's own city, to a flat there or to a shop's counter. */
export const fromOwnCity: Story = (market, random) => {
  const victim = makeVictim(market, random);
  const { owner } = victim;
  const line = neighbourOf(owner.line);
  const collects = random.chance(0.4);
  const { number } = random.pick(market.numbers.stores);
  const name = random.chance(0.5) ? owner.home.name : strangerName(random);
  const flat = houseIn(random, owner.metro, name);
  const shop = { ...flat, name: owner.home.name, streetLineOne: `${number} Galleria Parkway` };
  const device = makeUuid(random);
  const stolen = paced(random, victim.startMs, random.whole(1, 3), 8 * hourMs).map((atMs) =>
    steal(market, random, victim, {
      ...{ atMs, story: 'takeover_from_own_city', device, ip: line(random, atMs) },
      ...{ pieces: loot(random, random.chance(0.5) ? 'hot' : 'modest') },
      ...(collects
        ? { shipTo: shop, speed: 'pickup' as const, storeNumber: number }
        : { shipTo: flat }),
    }),
  );
  return [...victim.own, ...stolen];
};

/** With the victim's cookies and fingerprint: the shop sees the victim's own phone. */
export const clonedDevice: Story = (market, random) => {
  const victim = makeVictim(market, random);
  const { owner } = victim;
  const line = random.chance(0.5) ? owner.carrier : residentialProxy;
  const sendsGiftCards = random.chance(0.4);
  const shipTo = houseIn(random, owner.metro, strangerName(random));
  const stolen = paced(random, victim.startMs, random.whole(1, 2), 14 * hourMs).map((atMs) =>
    steal(market, random, victim, {
      ...{ atMs, story: 'takeover_cloned_device', ip: line(random, atMs) },
      ...{ device: owner.devices[0] ?? '' },
      ...{ pieces: loot(random, sendsGiftCards ? 'gift cards' : 'hot') },
      ...(sendsGiftCards ? { customer: ownMailbox(market, random, owner) } : { shipTo }),
    }),
  );
  return [...victim.own, ...stolen];
};

/** One change at a time, each some days after the last: device, then mailbox, then address. */
export const oneThingAtATime: Story = (market, random) => {
  const victim = makeVictim(market, random);
  const { owner } = victim;
  const device = makeUuid(random);
  const customer = ownMailbox(market, random, owner);
  const shipTo = houseIn(random, owner.metro, owner.home.name);
  const story = 'takeover_one_thing_at_a_time';
  const changes: readonly Partial<Given>[] = [
    { device, pieces: loot(random, 'cheap') },
    { device, customer, pieces: loot(random, 'modest') },
    { device, customer, shipTo, pieces: loot(random, 'hot') },
  ];
  const times = paced(random, victim.startMs, changes.length, random.whole(1, 6) * dayMs);
  const stolen = changes.map((change, index) => {
    const atMs = times[index] ?? victim.startMs;
    return steal(market, random, victim, { ...change, atMs, story });
  });
  return [...victim.own, ...stolen];
};

/** Modest orders over weeks by the same carrier, to a door in the victim's area. */
export const slowly: Story = (market, random) => {
  const victim = makeVictim(market, random);
  const { owner } = victim;
  const shipTo = houseIn(random, owner.metro, strangerName(random));
  const device = makeUuid(random);
  const times = paced(random, victim.startMs, random.whole(2, 5), random.whole(3, 7) * dayMs);
  const stolen = times.map((atMs) =>
    steal(market, random, victim, {
      ...{ atMs, story: 'takeover_slow', shipTo, device, speed: 'ground' },
      ...{ ip: owner.carrier(random, atMs), pieces: loot(random, 'modest') },
    }),
  );
  return [...victim.own, ...stolen];
};

/** The account's good name covers another person's card. */
export const asACover: Story = (market, random) => {
  const victim = makeVictim(market, random);
  const { owner } = victim;
  const { card, holder } = posing(market, random, victim.startMs, { banner: owner.banner });
  const shipTo = houseIn(random, owner.metro, strangerName(random));
  const device = makeUuid(random);
  const times = paced(random, victim.startMs, random.whole(1, 3), 5 * hourMs);
  const stolen = times.map((atMs) =>
    steal(market, random, victim, {
      ...{ atMs, story: 'takeover_as_a_cover', shipTo, device, card, match: holder.match },
      ...{ billing: holder.home, nameOnCard: holder.nameOnCard },
      ...{ ip: residentialProxy(random, atMs), pieces: loot(random, 'hot') },
    }),
  );
  return [...victim.own, ...stolen];
};
