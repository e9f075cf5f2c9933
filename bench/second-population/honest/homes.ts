import { dayMs } from '../../population/calendar.js';
import { makeUuid } from '../../population/chance.js';
import { articleFrom, giftCard, type ShelfName } from '../catalogue.js';
import type { Story } from '../market.js';
import { order, type Piece } from '../order.js';
import { makeBuyer, makeNames } from '../people.js';
import { houseIn, pickMetro, retyped } from '../places.js';
import { shoppingTime } from '../season.js';
import { shoppingTimes, zoneOf } from './everyday.js';

/** Parents and children with an account each, and one card, one line and one tablet for all. */
export const household: Story = (market, random) => {
  const first = makeBuyer(market, random);
  const { lastName } = first.customer;
  const shared = { metro: first.metro, home: first.home, line: first.line, lastName };
  const others = Array.from({ length: random.whole(1, 3) }, () =>
    makeBuyer(market, random, { ...shared, banner: first.banner, match: first.match }),
  );
  return [first, ...others].flatMap((buyer) =>
    shoppingTimes(random, 2.5, zoneOf(buyer)).map((atMs) => {
      const borrows = random.chance(0.5);
      return order(market, random, buyer, {
        ...{ atMs, story: 'household' },
        ...(borrows && { card: random.pick(first.cards), nameOnCard: first.nameOnCard }),
        ...(random.chance(0.4) && { device: first.devices[0] ?? '' }),
      });
    }),
  );
};

/** Neighbours in one tower, whose mail room takes all parcels, typed without a flat's number. */
export const tower: Story = (market, random) => {
  const banner = random.pick(['lat', 's5a', 'o5a'] as const);
  const metro = pickMetro(random, 'US');
  const { streetLineTwo: _flat, ...door } = houseIn(random, metro, '');
  return Array.from({ length: random.whole(3, 8) }, () =>
    makeBuyer(market, random, { banner, metro, home: door }),
  ).flatMap((buyer) =>
    shoppingTimes(random, 1.6, zoneOf(buyer)).map((atMs) =>
      order(market, random, buyer, {
        ...{ atMs, story: 'tower', shipTo: retyped(random, buyer.home) },
      }),
    ),
  );
};

/** Old and new to the web: capitals, a typing error, a large first order, the same order twice. */
export const lateStarter: Story = (market, random) => {
  const metro = pickMetro(random, 'US');
  const atMs = shoppingTime(random, { zone: metro.zone, habit: 'office' });
  const buyer = makeBuyer(market, random, { sinceMs: atMs, cards: 1, devices: 1, mobileShare: 0 });
  const { firstName, lastName } = buyer.customer;
  const customer = {
    ...buyer.customer,
    ...{ firstName: firstName.toUpperCase(), lastName: lastName.toUpperCase() },
  };
  const typed = retyped(random, buyer.home);
  const shelf = random.pick(['bedding', 'kitchen', 'jewellery', 'coats', 'luggage'] as const);
  const bought = order(market, random, buyer, {
    ...{ atMs, story: 'late_starter', customer, billing: typed, shipTo: typed },
    ...{ pieces: [[articleFrom(random, shelf), 1]] },
    ...(random.chance(0.35) && { match: random.pick(['zip', 'street', 'neither'] as const) }),
    ...(random.chance(0.15) && { cvvReplies: [['N', 1]] as const }),
  });
  const again = {
    ...bought,
    ...{ atMs: atMs + random.whole(2, 40) * 60_000, orderId: market.numbers.nextOrderId() },
  };
  return random.chance(0.25) ? [bought, again] : [bought];
};

const treasures: readonly ShelfName[] = ['handbags', 'jewellery', 'watches', 'suits', 'coats'];

/** Buys for thousands, in person, by phone and by web, to two or three own houses. */
export const bigSpender: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { banner: 's5a', cards: 3, devices: 3 });
  const second = houseIn(random, pickMetro(random, 'US'), buyer.home.name);
  const { number, salesReps } = random.pick(market.numbers.stores);
  const adviser = random.pick(salesReps);
  return shoppingTimes(random, 6, { ...zoneOf(buyer), habit: 'office' }).map((atMs) => {
    const source = random.pick(['web', 'web', 'store', 'phone'] as const);
    return order(market, random, buyer, {
      ...{ atMs, story: 'big_spender', source },
      pieces: Array.from(
        { length: random.whole(1, 5) },
        (): Piece => [articleFrom(random, random.pick(treasures)), 1],
      ),
      ...(random.chance(0.3) && { shipTo: second }),
      ...(source !== 'web' && { salesRep: adviser, storeNumber: number }),
      ...(source === 'store' && { registerNumber: String(random.whole(1, 20)) }),
      speed: random.pick(['express', 'ground', 'overnight'] as const),
    });
  });
};

/** Pays with prepaid cards that no bank knows an address for, and that may run out. */
export const prepaidPayer: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { match: 'unverified' });
  return shoppingTimes(random, 2.5, zoneOf(buyer)).map((atMs) =>
    order(market, random, buyer, {
      ...{ atMs, story: 'prepaid_payer', card: market.numbers.press.any(random, atMs) },
      ...{ nameOnCard: random.chance(0.5) ? 'Gift Card Recipient' : buyer.nameOnCard },
      ...(random.chance(0.1) && { authorised: 0.4 + random.next() * 0.5 }),
    }),
  );
};

/** Sends gift cards at the last minute to people's mailboxes, a few at once. */
export const giftCardSender: Story = (market, random) => {
  const isGuest = random.chance(0.5);
  const buyer = makeBuyer(market, random, isGuest ? { type: 'guest' } : {});
  return shoppingTimes(random, 1.7, zoneOf(buyer)).map((atMs) => {
    const { firstName, lastName } = makeNames(random);
    return order(market, random, buyer, {
      ...{ atMs, story: 'gift_card_sender' },
      pieces: [[giftCard(random, random.pick([10_000, 20_000, 50_000])), random.whole(1, 3)]],
      shipTo: { ...buyer.home, name: `${firstName} ${lastName}` },
    });
  });
};

/** Divorced or split up: a shared card and address go on under two accounts for a while. */
export const separated: Story = (market, random) => {
  const one = makeBuyer(market, random, { cards: 1 });
  const partedMs = shoppingTime(random);
  const two = makeBuyer(market, random, { metro: one.metro, banner: one.banner, cards: 1 });
  const before = shoppingTimes(random, 2, zoneOf(one)).map((atMs) =>
    order(market, random, one, { atMs, story: 'separated' }),
  );
  const after = shoppingTimes(random, 2, zoneOf(two)).map((atMs) => {
    const isTogether = atMs < partedMs + random.whole(0, 30) * dayMs;
    return order(market, random, two, {
      ...{ atMs, story: 'separated', ...(isTogether && { billing: one.home, shipTo: one.home }) },
      ...(isTogether && { card: random.pick(one.cards), nameOnCard: one.nameOnCard }),
      ...(random.chance(0.1) && { device: makeUuid(random) }),
    });
  });
  return [...before, ...after];
};
