import { dayMs } from '../../population/calendar.js';
import { makeUuid } from '../../population/chance.js';
import type { Draft } from '../../population/draft.js';
import { homeCountry } from '../../population/people.js';
import { avsReply } from '../issuer.js';
import type { Story } from '../market.js';
import { homeLine } from '../networks.js';
import { order } from '../order.js';
import { cardName, mailboxFor, makeBuyer, makeNames } from '../people.js';
import { houseIn, pickMetro } from '../places.js';
import { season, shoppingTime } from '../season.js';
import { shoppingTimes, zoneOf } from './everyday.js';

/** A day on which something changed, so that orders lie before and after it. */
const changeDay = (random: Parameters<typeof shoppingTime>[0]): number =>
  shoppingTime(random, { fromMs: season.fromMs + 20 * dayMs });

/** On the road: hotels at home and abroad, parcels to the hotel or to the empty house. */
export const traveller: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { devices: 2 });
  const tripMs = changeDay(random);
  const isAbroad = random.chance(0.4);
  const metro = pickMetro(random, isAbroad ? 'abroad' : homeCountry(buyer.banner));
  const name = `${buyer.customer.firstName} ${buyer.customer.lastName}`;
  const hotel = {
    ...houseIn(random, metro, name),
    streetLineTwo: `Room ${random.whole(101, 980)}`,
  };
  const atHome = shoppingTimes(random, 3, zoneOf(buyer)).map((atMs) =>
    order(market, random, buyer, { atMs, story: 'traveller' }),
  );
  const away = Array.from({ length: random.whole(1, 2) }, () => {
    const atMs = tripMs + Math.floor(random.next() * 6 * dayMs);
    const toHotel = !isAbroad && random.chance(0.5);
    return order(market, random, buyer, {
      ...{ atMs, story: 'traveller', ip: market.hotels(random, atMs) },
      ...(toHotel && { shipTo: hotel, speed: random.pick(['express', 'overnight'] as const) }),
      ...{ device: random.pick(buyer.devices) },
    });
  });
  return [...atHome, ...away];
};

/** Moved: the parcels go to the new house before the bank knows of it. */
export const mover: Story = (market, random) => {
  const before = makeBuyer(market, random);
  const movedMs = changeDay(random);
  const country = homeCountry(before.banner);
  const metro = random.chance(0.6) ? before.metro : pickMetro(random, country);
  const name = `${before.customer.firstName} ${before.customer.lastName}`;
  const after = { ...before, metro, home: houseIn(random, metro, name), line: homeLine(random) };
  const bankKnowsMs = movedMs + random.whole(5, 70) * dayMs;
  const furnishing = shoppingTimes(random, 2, { fromMs: movedMs - 4 * dayMs, ...zoneOf(after) });
  return [...shoppingTimes(random, 3, zoneOf(before)), ...furnishing].map((atMs) => {
    if (atMs < movedMs - 4 * dayMs) return order(market, random, before, { atMs, story: 'mover' });
    const knows = atMs >= bankKnowsMs;
    // Some still type the old billing address, which the bank knows.
    const typesOld = !knows && random.chance(0.5);
    return order(market, random, after, {
      ...{ atMs, story: 'mover' },
      ...(typesOld && { billing: before.home }),
      ...(!knows && !typesOld && { match: 'neither' as const }),
      ...(atMs < movedMs && { ip: before.line(random, atMs) }),
    });
  });
};

/** A new phone or computer, and with it now and then a new card and a forgotten password. */
export const newPhone: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { devices: 1, cards: 1 });
  const changedMs = changeDay(random);
  const device = makeUuid(random);
  const newCard = random.chance(0.3);
  const card = market.numbers.press.any(random, changedMs);
  const movesMail = random.chance(0.15);
  const { firstName, lastName } = buyer.customer;
  const emailAddress = mailboxFor(market, random, firstName, lastName);
  const soon = shoppingTime(random, { fromMs: changedMs, toMs: changedMs + 5 * dayMs });
  return [...shoppingTimes(random, 4, zoneOf(buyer)), soon].map((atMs) =>
    order(market, random, buyer, {
      ...{ atMs, story: 'new_phone' },
      ...(atMs >= changedMs && { device }),
      ...(atMs >= changedMs && newCard && { card }),
      ...(atMs >= changedMs && movesMail && { customer: { ...buyer.customer, emailAddress } }),
    }),
  );
};

/** Blocks scripts, uses a VPN or clears everything: hardly an order looks like the last. */
export const privatePerson: Story = (market, random) => {
  const isGuest = random.chance(0.5);
  const buyer = makeBuyer(market, random, isGuest ? { type: 'guest' } : {});
  const vpn = random.chance(0.7) ? random.pick(market.vpns) : buyer.line;
  const blocks = random.chance(0.4);
  const usesAliases = random.chance(0.35);
  return shoppingTimes(random, 3, { ...zoneOf(buyer), habit: 'night' }).map((atMs) => {
    const alias = `${makeUuid(random).slice(0, 8)}@relay.example.com`;
    return order(market, random, buyer, {
      ...{ atMs, story: 'private_person', ip: vpn(random, atMs) },
      device: blocks ? '' : makeUuid(random),
      ...(usesAliases && isGuest && { customer: { ...buyer.customer, emailAddress: alias } }),
    });
  });
};

/** Married: account, card and door bear three different names for a while. */
export const newlyWed: Story = (market, random) => {
  const buyer = makeBuyer(market, random);
  const { lastName } = makeNames(random);
  const { firstName } = buyer.customer;
  const marriedMs = changeDay(random);
  const customer = { ...buyer.customer, lastName };
  const shipTo = { ...buyer.home, name: `${firstName} ${lastName}` };
  const newCardMs = marriedMs + random.whole(10, 80) * dayMs;
  const card = market.numbers.press.any(random, newCardMs);
  return shoppingTimes(random, 4, zoneOf(buyer)).map((atMs) =>
    order(market, random, buyer, {
      ...{ atMs, story: 'newly_wed' },
      ...(atMs >= marriedMs && { shipTo }),
      ...(atMs >= marriedMs && random.chance(0.5) && { customer }),
      ...(atMs >= newCardMs && { card, nameOnCard: cardName(random, firstName, lastName) }),
    }),
  );
};

/** A first card payment was declined for want of money; the same goods on another card follow. */
export const secondCard: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { cards: 3 });
  return shoppingTimes(random, 2, zoneOf(buyer)).flatMap((atMs) => {
    const bought = order(market, random, buyer, { atMs, story: 'second_card' });
    const card = random.pick(buyer.cards.filter((other) => other !== bought.card));
    const again: Draft = {
      ...bought,
      ...{ atMs: atMs + random.whole(1, 9) * 60_000, card },
      avs: avsReply(random, card.cardType, buyer.match),
      orderId: market.numbers.nextOrderId(),
    };
    return random.chance(0.4) ? [{ ...bought, responseCode: 302 }, again] : [again];
  });
};
