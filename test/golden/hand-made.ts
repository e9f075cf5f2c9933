import { createMemoryHistory } from '../../bench/population/memory-history.js';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import type { LabelKind } from '../../contracts/v1/labels.js';
import {
  exampleItems,
  exampleReceivedAtMs,
  exampleTransaction,
  type Overrides,
} from '../support/transactions.js';
import type { KnownOrder } from './golden-order.js';

type Order = Overrides<Transaction>;

interface Earlier {
  readonly minutesBefore: number;
  readonly order?: Order;
  /** Said at once. */
  readonly label?: LabelKind;
  readonly wasReviewed?: boolean;
}

interface HandMade {
  readonly name: string;
  readonly order: Order;
  readonly earlier?: readonly Earlier[];
  /** Without it too few orders are known. */
  readonly bannerP99?: number;
}

const paid = (orderTotal: number): Order => ({
  orderTotal,
  creditCard: { authorizedAmount: orderTotal, fullAmount: orderTotal },
});

const guest: Order = {
  customer: { customerType: 'guest', accountId: '', creationDate: '2026-11-21' },
};

const day = 24 * 60;

const giftCards = (price: number, quantity: number): Order => ({
  ...paid(price * quantity),
  items: exampleItems({
    ...{ description: 'E-gift card', price, quantity, extendedPrice: price * quantity },
    shippingMethod: 'electronic',
  }),
});

const shippedTo = (...places: Overrides<Transaction['items'][number]['shippingAddress']>[]) => ({
  items: exampleItems(...places.map((shippingAddress) => ({ shippingAddress }))),
});

const atParcelPoint = shippedTo({ streetLineOne: '9 Oak Street', zip: '94110', state: 'CA' });

const payersCards = ['5555555555554444', '5105105105105100'];

/** Another customer, with nothing of the example's. */
const payer = (zip: string, number: number): Order => ({
  customer: { accountId: `A-${number}`, emailAddress: `payer${number}@example.com` },
  creditCard: {
    ...{ cardNumber: payersCards[number % 2] ?? '', cardType: 'MC' },
    billingAddress: { zip },
  },
  ...{ ipAddress: `198.51.100.${number + 7}`, additionalData: undefined },
});

const nowhere = { streetLineOne: '', streetLineTwo: ' ', city: '', state: '', zip: '' };

const watchTo = (shippingAddress: Overrides<Transaction['items'][number]['shippingAddress']>) => ({
  ...paid(400),
  items: exampleItems({
    ...{ description: 'Smart watch', price: 400, quantity: 1, extendedPrice: 400 },
    shippingAddress,
  }),
});

/** From the customer's own telephone at home. */
const theirs: Order = {
  ipAddress: '198.51.100.8',
  additionalData: { inAuthId: '6f9619ff-8b86-4d01-a42d-00cf4fc964ff' },
};

const sold: Order = { source: 'store', salesRep: 'Kim Lee' };

/** One order for each thing that the population seldom or never does. */
const alone: readonly HandMade[] = [
  { name: 'nothing speaks against it', order: {} },
  {
    name: 'the name is not the cardholder, says the issuer',
    order: { creditCard: { avsResponse: 'M5' } },
  },
  { name: 'wrong CVV', order: { additionalData: { cvvResponse: 'N' } } },
  { name: 'no CVV where there is one', order: { additionalData: { cvvResponse: 'S' } } },
  { name: 'declined', order: { creditCard: { responseCode: 530 } } },
  { name: 'half of it authorised', order: { creditCard: { authorizedAmount: 90 } } },
  { name: 'asked for more than it totals', order: { creditCard: { fullAmount: 199 } } },
  {
    name: 'a number that no bank issues',
    order: { creditCard: { cardNumber: '4111111111111112' } },
  },
  { name: 'a Visa number sent as Mastercard', order: { creditCard: { cardType: 'MC' } } },
  { name: 'an expired card', order: { creditCard: { expiryDate: '10-26' } } },
  { name: 'another name on the card', order: { creditCard: { nameOnCard: 'Robert Miles' } } },
  { name: 'a Canadian shop in US dollars', order: { banner: 'bay' } },
  { name: 'three places at once', order: shippedTo({}, { zip: '10001' }, { zip: '30309' }) },
  { name: 'a freight forwarder', order: shippedTo({ streetLineTwo: 'MyUS Suite 441' }) },
  { name: 'a PO box', order: shippedTo({ streetLineOne: 'PO Box 12', streetLineTwo: undefined }) },
  { name: 'no address at all', order: shippedTo(nowhere) },
  {
    name: 'Puerto Rico as a country, its zip without zeros',
    order: shippedTo({ city: 'San Juan', state: '', zip: '901', country: 'PRI' }),
  },
  { name: 'a name in Cyrillic', order: { customer: { firstName: 'Дана', lastName: 'Уитфилд' } } },
  { name: 'three gift cards for a guest', order: { ...giftCards(250, 3), ...guest } },
  { name: 'a gift card of 200', order: giftCards(200, 1) },
  { name: 'just below 500', order: paid(499.99) },
  { name: 'just 5000', order: paid(5000) },
  { name: 'an account of tomorrow', order: { customer: { creationDate: '2026-11-22' } } },
  {
    name: 'a throw-away mailbox',
    order: { customer: { emailAddress: 'xkq77123@mailinator.com' } },
  },
  { name: 'a private address on the web', order: { ipAddress: '10.1.2.3' } },
  { name: 'no device on the web', order: { additionalData: undefined } },
  {
    name: 'everything for nothing',
    order: { promos: [{ promotionCode: 'ALL', promotionAmount: 187.5 }] },
  },
  { name: 'sold to oneself', order: { ...sold, salesRep: 'Whitfield, Dana' } },
  { name: 'a store without a register', order: { ...sold, creditCard: { registerNumber: '' } } },
];

/** The rest of what one order can say by itself. */
const aloneToo: readonly HandMade[] = [
  {
    name: 'a number with more digits than Mastercard has',
    order: { creditCard: { cardNumber: '5555555555554444000', cardType: 'mastercard' } },
  },
  { name: 'a card for thirty years', order: { creditCard: { expiryDate: '10-56' } } },
  { name: 'two places at once', order: shippedTo({}, { zip: '10001' }) },
  { name: 'an account of three days ago', order: { customer: { creationDate: '2026-11-18' } } },
  {
    name: 'a guest since long ago',
    order: { customer: { customerType: 'guest', accountId: '', creationDate: '2020-01-01' } },
  },
  {
    name: 'four dots in a mailbox',
    order: { customer: { emailAddress: 'd.a.n.a.whitfield@example.com' } },
  },
  {
    name: 'a price that is not the sum of the pieces',
    order: { items: exampleItems({ price: 97, extendedPrice: 90, quantity: 1 }) },
  },
];

const mailbox = (name: string): Order => ({ customer: { emailAddress: `${name}@example.com` } });

const masterCards = [
  ...['5555555555554444', '5105105105105100', '5454545454545454', '5413330089604111'],
  ...['2223003122003222', '5200828282828210'],
];

/** Orders with other cards, a day or so apart; `change` is what else is different. */
const withOtherCards = (count: number, apart: number, change: (number: number) => Order) =>
  masterCards.slice(0, count).map((cardNumber, index) => ({
    minutesBefore: (index + 1) * apart,
    order: { ...change(index), creditCard: { cardNumber, cardType: 'mastercard' } },
  }));

/** Somebody else at the same IP address. */
const stranger = (number: number): Order => ({
  customer: { accountId: `A-${number}`, emailAddress: `stranger.${'abcdef'[number]}@example.com` },
  additionalData: undefined,
  ...shippedTo({ streetLineOne: `${number + 1} Far Street` }),
});

/** A cheap article for a guest with a card, mailbox, network and machine of its own. */
const trinketFor = (number: number): Order => ({
  ...paid(22.45),
  items: exampleItems({
    ...{ price: 12.5, extendedPrice: 12.5, quantity: 1, skuNumber: 9_700_011 },
    shippingAddress: { streetLineOne: `${number + 1} Far Street` },
  }),
  customer: { ...guest.customer, emailAddress: `guest.${'abcdef'[number]}@example.com` },
  ipAddress: `198.51.100.${number + 20}`,
  additionalData: { inAuthId: `6f9619ff-8b86-4d01-a42d-00cf4fc964${number}0` },
  promos: undefined,
});

/** Collected at one counter by a guest with a card, mailbox, network and machine of its own. */
const collectedBy = (number: number): Order => {
  const { ipAddress, additionalData, customer } = trinketFor(number);
  return {
    ...{ ipAddress, additionalData, customer, promos: undefined, storeNumber: 612 },
    items: exampleItems({ shippingMethod: 'pickup' }),
  };
};

/** Orders whose answer hangs on many before them. */
const crowded: readonly HandMade[] = [
  {
    name: 'the fifth order of a card in a day',
    order: {},
    earlier: [100, 200, 300, 400].map((minutesBefore) => ({ minutesBefore })),
  },
  {
    name: 'the fifth card of a mailbox in two weeks',
    order: {},
    earlier: withOtherCards(4, 2 * day, () => ({})),
  },
  {
    name: 'the fifth card of an account in two weeks, each with another mailbox',
    order: {},
    earlier: withOtherCards(4, 2 * day, (number) => mailbox(`m${number}`)),
  },
  {
    name: 'the third card of an account in a day, each with another mailbox',
    order: {},
    earlier: withOtherCards(2, 300, (number) => mailbox(`m${number}`)),
  },
  {
    name: 'the fifth mailbox of a card in two weeks',
    order: {},
    earlier: [1, 2, 3, 4].map((number) => ({
      minutesBefore: number * 2 * day,
      order: mailbox(`m${number}`),
    })),
  },
  {
    name: 'four billing postal codes behind one IP address',
    order: {},
    earlier: withOtherCards(3, 200, (number) => ({ ...stranger(number) })).map((before, index) => ({
      ...before,
      order: {
        ...before.order,
        creditCard: { ...before.order.creditCard, billingAddress: { zip: `1000${index}` } },
      },
    })),
  },
  {
    name: 'four mailboxes behind one IP address',
    order: {},
    earlier: withOtherCards(3, 200, stranger),
  },
  {
    name: 'five orders from one IP address in an hour, on two cards',
    order: {},
    earlier: [10, 20, 30, 40].map((minutesBefore, index) => ({
      minutesBefore,
      order: {
        customer: { accountId: `A-${index % 2}`, emailAddress: '' },
        creditCard: { cardNumber: '5555555555554444', cardType: 'mastercard' },
      },
    })),
  },
  {
    name: 'the fifth guest in a day who buys one cheap article alone',
    order: trinketFor(5),
    earlier: [
      ...withOtherCards(4, 100, trinketFor),
      { minutesBefore: 20 * day, order: { ...trinketFor(4), customer: guest.customer } },
    ],
  },
  {
    name: 'the fifth guest in an hour at a counter where customers with accounts collect',
    order: collectedBy(5),
    earlier: [
      ...withOtherCards(4, 10, collectedBy),
      ...Array.from({ length: 24 }, (_, index) => ({
        minutesBefore: (index + 3) * day,
        order: { ...payer('10001', index), ...collectedBy(4), customer: payer('', index).customer },
      })),
    ],
  },
];

/** Orders whose answer hangs on those before them. */
const followed: readonly HandMade[] = [
  {
    name: 'the third order of a card within the hour',
    order: {},
    earlier: [{ minutesBefore: 50 }, { minutesBefore: 20 }],
  },
  {
    name: 'the same order again after ten minutes',
    order: {},
    earlier: [{ minutesBefore: 10 }],
  },
  {
    name: 'split in three so that no part is high',
    order: paid(400),
    earlier: [
      { minutesBefore: 8, order: paid(390) },
      { minutesBefore: 4, order: paid(380) },
    ],
  },
  {
    name: 'the third mailbox of a card',
    order: mailbox('one'),
    earlier: [
      { minutesBefore: 2 * day, order: mailbox('two') },
      { minutesBefore: day, order: mailbox('three') },
    ],
  },
  {
    name: 'the third card of a mailbox in a day',
    order: {},
    earlier: ['5555555555554444', '5105105105105100'].map((cardNumber, index) => ({
      minutesBefore: 300 + index,
      order: { creditCard: { cardNumber, cardType: 'mastercard' } },
    })),
  },
  {
    name: 'the same place as an order that was charged back',
    order: {},
    earlier: [
      {
        minutesBefore: 60 * day,
        order: { creditCard: { cardNumber: '5555555555554444', cardType: 'mastercard' } },
        label: 'chargeback',
      },
    ],
  },
  {
    name: 'trusted after three quiet orders of long ago, though declined by the address check',
    order: { creditCard: { avsResponse: 'G' } },
    earlier: [
      { minutesBefore: 100 * day },
      { minutesBefore: 110 * day },
      { minutesBefore: 120 * day },
    ],
  },
  {
    name: 'a sales person whose sales were reviewed five times this week',
    order: sold,
    earlier: [1, 2, 3, 4, 5].map((days) => ({
      ...{ minutesBefore: days * day, wasReviewed: true },
      order: { ...sold, customer: { accountId: `A-${days}`, emailAddress: '' } },
    })),
  },
  {
    name: 'the same code for the third time this month',
    order: {},
    earlier: [{ minutesBefore: 9 * day }, { minutesBefore: 4 * day }],
  },
  {
    name: 'gift cards for a firm whose staff has ordered for months',
    order: { ...giftCards(50, 10), customer: { emailAddress: 'dana@whitfield-tools.test' } },
    earlier: [200, 90].map((days) => ({
      minutesBefore: days * day,
      order: {
        customer: { accountId: 'A-7', emailAddress: 'kim@whitfield-tools.test' },
        creditCard: { cardNumber: '5555555555554444', cardType: 'MC' },
        ...{ ipAddress: '198.51.100.9', additionalData: undefined },
      },
    })),
  },
  {
    name: 'gift cards for a high first sum, for an old account',
    order: giftCards(250, 10),
    bannerP99: 1800,
  },
  {
    name: 'goods that resell, to the own name at another place',
    order: watchTo({ streetLineOne: '9 Oak Street', zip: '94110', state: 'CA' }),
  },
  {
    name: 'a parcel to a house for which strangers paid, each time to another flat',
    order: watchTo({ streetLineOne: '9 Oak Street', zip: '94110', state: 'CA' }),
    earlier: ['10001', '60614'].map((zip, index) => ({
      minutesBefore: (20 + index) * day,
      order: {
        ...watchTo({ streetLineOne: `9 Oakk St Apt ${index + 2}`, zip: '94110', state: 'CA' }),
        ...payer(zip, index),
      },
    })),
  },
  {
    name: 'somebody else in the account for three weeks',
    order: shippedTo({ streetLineOne: '9 Oak Street' }),
    earlier: [
      { minutesBefore: 20 * day, order: shippedTo({ streetLineOne: '9 Oak Street' }) },
      { minutesBefore: 60 * day, order: theirs },
      { minutesBefore: 90 * day, order: theirs },
    ],
  },
];

const otherPayer: Order = {
  creditCard: {
    ...{ cardNumber: '5555555555554444', cardType: 'MC', nameOnCard: 'Robert Miles' },
    billingAddress: { name: 'Robert Miles', zip: '94110', state: 'CA' },
  },
};

/** What honest people do once in a while, beside what a thief does who looks like them. */
const changed: readonly HandMade[] = [
  {
    name: "a stranger's card in a familiar account, for a parcel of its own",
    order: { ...otherPayer, ...shippedTo({ name: 'Robert Miles' }) },
    earlier: [{ minutesBefore: 40 * day }, { minutesBefore: 60 * day }],
  },
  {
    name: 'a relative pays for a familiar customer',
    order: otherPayer,
    earlier: [{ minutesBefore: 40 * day }, { minutesBefore: 60 * day }],
  },
  {
    name: 'a new home and telephone, confirmed by the issuer of the old card',
    order: {},
    earlier: [40, 60].map((days) => ({
      minutesBefore: days * day,
      order: { ...theirs, ...shippedTo({ streetLineOne: '9 Oak Street' }) },
    })),
  },
  {
    name: 'a wedding present, of three for one door',
    order: { ...paid(120), ...shippedTo({ name: 'Kim Lee' }) },
    earlier: ['10001', '60614'].map((zip, index) => ({
      minutesBefore: (1 + index) * day,
      order: {
        ...shippedTo({ name: 'Kim Lee' }),
        ...payer(zip, index),
      },
    })),
  },
  {
    name: 'a parcel for a pick-up place of months, two others this week',
    order: { ...atParcelPoint, promos: [] },
    earlier: [130, 120, 110, 100, 2, 1].map((days, index) => ({
      minutesBefore: days * day,
      order: { ...payer(`1000${index + 1}`, index), ...atParcelPoint },
    })),
  },
  {
    name: 'a high first order home, where the issuer confirms the postal code alone',
    order: { orderTotal: 1200, creditCard: { ...paid(1200).creditCard, avsResponse: 'Z' } },
  },
  {
    name: 'a guest in a hurry at a till, without a mailbox',
    order: {
      ...sold,
      customer: { ...guest.customer, emailAddress: '' },
      items: exampleItems({ shippingMethod: 'overnight' }),
    },
  },
];

/** The order as it would be scored at noon on 21 November 2026 after those before it. */
const know = ({ name, order, earlier = [], bannerP99 }: HandMade): KnownOrder => {
  const memory = createMemoryHistory();
  const add = (number: number, minutesBefore: number, overrides: Order): string => {
    const transactionId = `order-${number}`;
    const transaction = exampleTransaction({ orderId: String(number), ...overrides });
    const receivedAtMs = exampleReceivedAtMs - minutesBefore * 60_000;
    memory.add({ transactionId, transaction, receivedAtMs });
    return transactionId;
  };
  for (const [index, { minutesBefore, order: before = {}, label, wasReviewed }] of earlier
    .toSorted((one, other) => other.minutesBefore - one.minutesBefore)
    .entries()) {
    const id = add(index + 1, minutesBefore, before);
    if (label !== undefined) memory.label(id, label, exampleReceivedAtMs - 1);
    if (wasReviewed === true) memory.review(id, exampleReceivedAtMs - 1);
  }
  const history = {
    ...memory.of(add(earlier.length + 1, 0, order)),
    ...(bannerP99 !== undefined && { bannerP99 }),
  };
  const transaction = exampleTransaction({ orderId: String(earlier.length + 1), ...order });
  return { name, receivedAtMs: exampleReceivedAtMs, order: transaction, history };
};

export const handMade = (): readonly KnownOrder[] =>
  [...alone, ...aloneToo, ...followed, ...crowded, ...changed].map(know);
