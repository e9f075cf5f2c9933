import { makeTestCard } from './cards.js';
import { luxuryGoods, pickArticles, smallGiftCard, wineGlass } from './catalogue.js';
import { everyday } from './everyday.js';
import { type DemoOrder, makeAccountId, makeDevice } from './order.js';
import { makeAddress, makeName, makeShopper } from './people.js';
import type { Random } from './random.js';
import { type DeskWork, type Scene, type ScriptedOrder, scriptOrders } from './scene.js';

/** A customer of many years, always at the same address, device and card. */
const regular = (random: Random, banner: DemoOrder['banner'], years: number): DemoOrder => ({
  ...everyday(random, banner),
  ...{ accountId: makeAccountId(random), device: makeDevice(random) },
  ...{ customerType: 'registered', accountAgeDays: years * 365 + random.whole(0, 300) },
  ...{ cvvResponse: 'M', promotion: 0, phone: `+1 312 555 01${random.whole(10, 99)}` },
});

/** Small orders as a customer has always placed them. */
const earlierOrders = (random: Random, customer: DemoOrder, count: number): ScriptedOrder[] =>
  scriptOrders(count, () => ({
    ...customer,
    lines: pickArticles(random, 'o5a', 1).map((article) => ({ article, quantity: 1 })),
  }));

const takeover: Scene = {
  name: 'account takeover',
  write: (random) => {
    const customer = regular(random, 's5a', 5);
    const thief = makeShopper(random, 'US');
    const { shopper } = customer;
    const stolen: DemoOrder = {
      ...customer,
      shopper: { ...shopper, ipAddress: thief.ipAddress },
      ...{ device: makeDevice(random), card: makeTestCard(random) },
      ...{ nameOnCard: thief.home.name, cvvResponse: 'M', phone: '+1 702 555 0148' },
      shipTo: makeAddress(random, shopper.home.name, 'US'),
      ...{ shippingMethod: 'overnight', shippingMinor: 2995 },
    };
    const buy = (quantity: number): DemoOrder => ({
      ...stolen,
      lines: luxuryGoods.slice(2, 3).map((article) => ({ article, quantity })),
    });
    return [
      ...earlierOrders(random, customer, 3),
      {
        order: buy(2),
        desk: {
          tags: ['takeover'],
          note: '@lead New phone and device, and no move in five years. Seen this before?',
          escalation: 'Account takeover: please lock the account before we decide.',
          dueInMinutes: 52,
        },
      },
      // The thief tries once more, and the issuer declines.
      { order: { ...buy(1), responseCode: 530 }, desk: { tags: ['takeover'] } },
    ];
  },
};

/** An honest order that looks like fraud, of a customer with earlier ones. */
const misunderstood = (
  name: string,
  earlier: number,
  change: (order: DemoOrder, random: Random) => Partial<DemoOrder>,
  desk: DeskWork,
): Scene => ({
  name,
  write: (random) => {
    const customer = regular(random, 'bay', 8);
    const order = { ...customer, ...change(customer, random) };
    return [...earlierOrders(random, customer, earlier), { order, desk }];
  },
});

const grandmother = misunderstood(
  'a present from a grandmother',
  3,
  (order, random) => {
    const { firstName } = makeName(random);
    return {
      card: makeTestCard(random),
      nameOnCard: `Walter ${order.shopper.lastName}`,
      shipTo: makeAddress(random, `${firstName} ${order.shopper.lastName}`, 'CA'),
      lines: luxuryGoods.slice(0, 1).map((article) => ({ article, quantity: 1 })),
      ...{ giftWrapped: true, avsResponse: 'D', shippingMethod: 'overnight' },
    };
  },
  {
    tags: ['gift'],
    note: 'Called her: the coat is for her granddaughter, and the card is her husband’s.',
    dueInMinutes: -130,
  },
);

const weddingList = misunderstood(
  'a wedding list',
  2,
  (order, random) => ({
    shipTo: makeAddress(random, `The ${order.shopper.lastName} wedding`, 'CA'),
    lines: [{ article: wineGlass, quantity: 12 }],
    ...{ giftWrapped: true, avsResponse: 'F' },
  }),
  { tags: ['gift'], note: 'The list is public; the couple has the same surname.' },
);

const team: Scene = {
  name: 'gift cards for a team',
  write: (random) => [
    {
      order: {
        ...regular(random, 'bay', 4),
        lines: [{ article: smallGiftCard, quantity: 8 }],
        ...{ shippingMethod: 'electronic', shippingMinor: 0, giftWrapped: false },
      },
      desk: { note: 'Orders the same every December for her eight people.', holdHours: 4 },
    },
  ],
};

const studentAbroad: Scene = {
  name: 'a parcel for a student abroad',
  write: (random) => {
    const customer = regular(random, 'bay', 3);
    const shipTo = makeAddress(random, customer.shopper.home.name, 'US');
    return [{ order: { ...customer, shipTo }, desk: { dueInMinutes: 210 } }];
  },
};

/** People with a history, robbed or only misread. */
export const customers: readonly Scene[] = [
  takeover,
  grandmother,
  weddingList,
  team,
  studentAbroad,
];
