import { makeTestCard } from './cards.js';
import { giftTag, luxuryGoods, smallGiftCard } from './catalogue.js';
import { everyday } from './everyday.js';
import { type DemoOrder, makeDevice } from './order.js';
import { makeAddress, makeName } from './people.js';
import { guest, type Scene, scriptOrders } from './scene.js';

/** One piece each that stays below the limits of high totals. */
const modestGoods = luxuryGoods.filter(({ maxMinor }) => maxMinor < 70_000);

const oneCard: Scene = {
  name: 'one card, six names',
  write: (random) => {
    const card = makeTestCard(random);
    const owner = makeName(random);
    const nameOnCard = `${owner.firstName} ${owner.lastName}`;
    const write = (index: number): DemoOrder => ({
      ...{ ...everyday(random, 's5a'), ...guest, card, nameOnCard, promotion: 0 },
      lines: [{ article: random.pick(modestGoods), quantity: 1 }],
      // The rules know the ring from its third order on.
      emailTag: index < 2 ? 'sardine-high' : '',
    });
    return scriptOrders(6, write, {
      1: { tags: ['ring'], isClaimed: true },
      2: {
        tags: ['ring', 'same-card'],
        note: 'Same card as three other orders of today, each with another name.',
        escalation: 'Six names on one card: please decide the ring as a whole.',
      },
      3: { tags: ['ring', 'same-card'], dueInMinutes: 38 },
    });
  },
};

const oneDevice: Scene = {
  name: 'one device, six accounts',
  write: (random) => {
    const device = makeDevice(random);
    const write = (index: number): DemoOrder => ({
      ...{ ...everyday(random, 'lat'), device, shippingMethod: 'express', shippingMinor: 1995 },
      accountAgeDays: index % 2,
    });
    return scriptOrders(6, write, {
      2: { tags: ['ring', 'same-device'], dueInMinutes: -42 },
      3: { tags: ['ring', 'same-device'], note: 'All accounts were made within two days.' },
      5: { dueInMinutes: 95 },
    });
  },
};

const oneAddress: Scene = {
  name: 'one address, six people',
  write: (random) => {
    const house = makeAddress(random, '', 'US');
    const write = (): DemoOrder => {
      const order = everyday(random, 'o5a');
      const shipTo = { ...house, name: order.shopper.home.name };
      return { ...order, ...guest, shipTo, shippingMethod: 'express', shippingMinor: 1995 };
    };
    return scriptOrders(6, write, {
      2: {
        tags: ['drop-address'],
        note: 'The house stands empty and is for sale, says the listing of the agent.',
      },
      3: { tags: ['drop-address'], holdHours: 2 },
      4: { escalation: 'Block this address? Four parcels are on their way already.' },
    });
  },
};

const cardTest: Scene = {
  name: 'cards tried out with small orders',
  write: (random) => {
    const machine = everyday(random, 'lat').shopper.ipAddress;
    const write = (index: number): DemoOrder => {
      const order = everyday(random, 'lat');
      return {
        ...{ ...order, ...guest, shopper: { ...order.shopper, ipAddress: machine } },
        lines: [{ article: giftTag, quantity: 1 }],
        ...{ shippingMinor: 0, promotion: 0, avsResponse: 'JC', giftWrapped: false },
        // A machine tries until an issuer approves.
        responseCode: index % 3 === 2 ? 100 : 530,
      };
    };
    return scriptOrders(7, write, {
      2: { tags: ['card-test'], note: 'A small order a few seconds after the last, another card.' },
      4: { tags: ['card-test'] },
      5: { tags: ['card-test'] },
    });
  },
};

const giftCardChain: Scene = {
  name: 'gift cards from one device',
  write: (random) => {
    const device = makeDevice(random);
    const write = (): DemoOrder => ({
      ...{ ...everyday(random, 'bay'), ...guest, device, promotion: 0 },
      lines: [{ article: smallGiftCard, quantity: 4 }],
      ...{ shippingMethod: 'electronic', shippingMinor: 0, giftWrapped: false },
    });
    return scriptOrders(3, write, {
      0: { tags: ['gift-cards'], dueInMinutes: -7 },
      1: { tags: ['gift-cards'], escalation: 'The codes leave by e-mail as soon as we accept.' },
    });
  },
};

/** Strangers who share a card, a device, a place or a machine. */
export const rings: readonly Scene[] = [oneCard, oneDevice, oneAddress, cardTest, giftCardChain];
