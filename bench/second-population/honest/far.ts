import type { Address } from '../../../contracts/hbc/credit-card.js';
import { articleFrom, giftCard } from '../catalogue.js';
import type { Story } from '../market.js';
import { poolLine } from '../networks.js';
import { order, type Piece } from '../order.js';
import { makeBuyer, makeNames } from '../people.js';
import { forwarderSuite, houseIn, militaryAddress, pickMetro, poBox } from '../places.js';
import { beforeGiftDay } from '../season.js';
import { shoppingTimes, zoneOf } from './everyday.js';

/** Studies far from home and pays by a parent's card, from the campus's few addresses. */
export const student: Story = (market, random) => {
  const parent = makeNames(random);
  const metro = pickMetro(random, 'US');
  const buyer = makeBuyer(market, random, {
    ...{ metro, lastName: parent.lastName, cards: 1, banner: random.pick(['lat', 's5a', 'o5a']) },
    line: random.pick(market.campuses),
  });
  const { firstName, lastName } = buyer.customer;
  const parents = `${parent.firstName} ${parent.lastName}`;
  const billing = houseIn(random, pickMetro(random, 'US'), parents);
  const hall = `${random.whole(1, 4)} University Circle`;
  const dorm: Address = {
    ...{ name: `${firstName} ${lastName}`, streetLineOne: hall },
    ...{ streetLineTwo: `Room ${random.whole(100, 620)}`, ...random.pick(metro.towns) },
  };
  return shoppingTimes(random, 3, { ...zoneOf(buyer), habit: 'night' }).map((atMs) =>
    order(market, random, buyer, {
      ...{ atMs, story: 'student', billing, nameOnCard: parents, shipTo: dorm },
    }),
  );
};

/** Buys for a firm: gifts for clients, uniforms, gift cards for staff, by the firm's card. */
export const corporate: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { line: poolLine(random, 2), mobileShare: 0 });
  const { firstName, lastName } = buyer.customer;
  const firm = `${makeNames(random).lastName} ${random.pick(['Partners', 'Dental', 'Realty'])}`;
  const billing = houseIn(random, buyer.metro, firm);
  const mailName = `${firstName[0]}${lastName}`.normalize('NFD').replaceAll(/[^A-Za-z]/g, '');
  const firmMail = `${mailName}@${firm.toLowerCase().replaceAll(/[^a-z]/g, '')}.example.com`;
  const customer = { ...buyer.customer, emailAddress: firmMail };
  return shoppingTimes(random, 3, { ...zoneOf(buyer), habit: 'office' }).map((atMs) => {
    const isGiftCards = random.chance(0.25);
    const piece: Piece = isGiftCards
      ? [giftCard(random, 10_000), random.whole(5, 30)]
      : [
          articleFrom(
            random,
            random.pick(['menswear', 'perfume', 'tableware', 'luggage'] as const),
          ),
          random.whole(3, 20),
        ];
    const client = houseIn(random, pickMetro(random, 'US'), makeNames(random).lastName);
    return order(market, random, buyer, {
      ...{ atMs, story: 'corporate', customer, billing, pieces: [piece] },
      shipTo: random.chance(0.3) ? client : billing,
      ...(random.chance(0.4) && { nameOnCard: firm }),
    });
  });
};

/** Buys limited goods to sell them again, as the law allows; some to a preparing warehouse. */
export const legalReseller: Story = (market, random) => {
  const buyer = makeBuyer(market, random, { cards: 4, devices: 3, banner: 'o5a' });
  const name = `${buyer.customer.firstName} ${buyer.customer.lastName}`;
  const warehouse = forwarderSuite(random, name);
  const usesWarehouse = random.chance(0.4);
  return shoppingTimes(random, 8, { ...zoneOf(buyer), habit: 'night' }).map((atMs) =>
    order(market, random, buyer, {
      ...{ atMs, story: 'legal_reseller' },
      pieces: [
        [
          articleFrom(random, random.pick(['sneakers', 'perfume', 'handbags'] as const)),
          random.whole(2, 6),
        ],
      ],
      ...(usesWarehouse && { shipTo: warehouse }),
    }),
  );
};

/** Lives abroad, with a foreign card; half have it sent through a freight forwarder. */
export const abroadCustomer: Story = (market, random) => {
  const metro = pickMetro(random, 'abroad');
  const buyer = makeBuyer(market, random, { metro, match: 'abroad' });
  const suite = forwarderSuite(random, buyer.home.name);
  const forwards = random.chance(0.5);
  return shoppingTimes(random, 2, zoneOf(buyer)).map((atMs) =>
    order(market, random, buyer, {
      ...{ atMs, story: 'abroad', ...(forwards && { shipTo: suite }) },
      ...(!forwards && { speed: 'express' as const }),
    }),
  );
};

/** Serves overseas or lives by a post-office box: the bank's address is not the parcel's. */
export const boxHolder: Story = (market, random) => {
  const buyer = makeBuyer(market, random);
  const isMilitary = buyer.banner !== 'bay' && random.chance(0.5);
  const name = `${buyer.customer.firstName} ${buyer.customer.lastName}`;
  const box = isMilitary
    ? militaryAddress(random, name)
    : poBox(random, name, random.pick(buyer.metro.towns));
  const billsToBox = random.chance(0.4);
  return shoppingTimes(random, 3, zoneOf(buyer)).map((atMs) =>
    order(market, random, buyer, {
      ...{ atMs, story: 'box_holder', shipTo: box },
      ...(billsToBox && { billing: box }),
      ...(isMilitary && { ip: market.hotels(random, atMs) }),
    }),
  );
};

/** Many strangers send one couple what stands on their list. */
export const weddingGuests: Story = (market, random) => {
  const metro = pickMetro(random, 'US');
  const [one, two] = [makeNames(random), makeNames(random)];
  const shipTo = houseIn(random, metro, `${one.firstName} & ${two.firstName} ${two.lastName}`);
  const partyMs = beforeGiftDay(random, metro.zone);
  return Array.from({ length: random.whole(3, 9) }, () => {
    const isGuest = random.chance(0.6);
    const banner = random.pick(['lat', 's5a'] as const);
    const buyer = makeBuyer(market, random, { banner, type: isGuest ? 'guest' : 'registered' });
    const shelf = random.pick(['kitchen', 'tableware', 'bedding'] as const);
    return order(market, random, buyer, {
      ...{ atMs: partyMs + Math.floor((random.next() - 0.5) * 1.2e9), story: 'wedding_guest' },
      ...{ shipTo, pieces: [[articleFrom(random, shelf), random.pick([1, 1, 2])]] },
    });
  });
};
