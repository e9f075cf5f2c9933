import { type Article, giftCard, luxuryGoods, pickArticles } from './catalogue.js';
import type { DemoOrder } from './order.js';
import { makeAddress, makeName } from './people.js';
import { forwarders } from './places.js';
import type { Random } from './random.js';

/** A scenario: turns an everyday order into one that needs a decision. */
export interface Story {
  readonly name: string;
  /** Its number among 40 orders. */
  readonly share: number;
  readonly apply: (order: DemoOrder, random: Random) => DemoOrder;
}

const newGuest = { customerType: 'guest', accountAgeDays: 0 } as const;

const lines = (articles: readonly Article[], quantity = 1) =>
  articles.map((article) => ({ article, quantity }));

const withTag = (order: DemoOrder, tag: string): DemoOrder => ({ ...order, emailTag: tag });

const elsewhere = (order: DemoOrder, random: Random): DemoOrder => {
  const { firstName, lastName } = makeName(random);
  const name = `${firstName} ${lastName}`;
  return { ...order, shipTo: makeAddress(random, name, order.country), giftWrapped: true };
};

const toForwarder = (order: DemoOrder, random: Random): DemoOrder => {
  const { street, unit, ...place } = random.pick(forwarders);
  const name = order.shopper.home.name;
  const shipTo = { name, streetLineOne: street, streetLineTwo: unit, ...place };
  return { ...order, ...newGuest, shipTo, shippingMethod: 'express', avsResponse: 'D' };
};

const accepted: readonly Story[] = [
  { name: 'everyday order', share: 11, apply: (order) => order },
  {
    name: 'bought in a store',
    share: 3,
    apply: (order) => ({ ...order, source: 'store', shippingMethod: 'pickup' }),
  },
  {
    name: 'employee',
    share: 2,
    apply: (order) => ({ ...order, customerType: 'employee', promotion: 0.2 }),
  },
  { name: 'present for someone', share: 3, apply: elsewhere },
  {
    name: 'first order of a guest',
    share: 3,
    apply: (order) => ({ ...order, ...newGuest, avsResponse: 'C' }),
  },
  { name: 'Sardine says medium', share: 1, apply: (order) => withTag(order, 'sardine-medium') },
];

const reviewed: readonly Story[] = [
  {
    name: 'address unknown to the issuer, in a hurry',
    share: 2,
    apply: (order) => ({ ...order, ...newGuest, avsResponse: 'G', shippingMethod: 'overnight' }),
  },
  {
    name: 'gift cards by e-mail for a guest',
    share: 2,
    apply: (order) => ({
      ...{ ...order, ...newGuest, lines: lines([giftCard], 3) },
      ...{ shippingMethod: 'electronic', shippingMinor: 0 },
    }),
  },
  { name: 'Sardine says high', share: 2, apply: (order) => withTag(order, 'sardine-high') },
  { name: 'Yleo asks for review', share: 1, apply: (order) => withTag(order, 'yleo-review') },
  { name: 'Yleo escalates', share: 1, apply: (order) => withTag(order, 'yleo-escalate') },
  { name: 'Yleo is away', share: 1, apply: (order) => withTag(order, 'yleo-transient') },
  {
    name: 'declined by the processor',
    share: 1,
    apply: (order) => ({ ...order, responseCode: 530 }),
  },
  {
    name: 'account of today buys luxury',
    share: 1,
    apply: (order, random) => ({
      ...{ ...order, accountAgeDays: 0, avsResponse: 'F' },
      lines: lines(random.shuffled(luxuryGoods).slice(0, 3)),
      shippingMethod: 'express',
    }),
  },
];

const rejected: readonly Story[] = [
  { name: 'reshipped abroad', share: 1, apply: toForwarder },
  {
    name: 'Sardine says very high',
    share: 1,
    apply: (order) => withTag(order, 'sardine-very_high'),
  },
  { name: 'Yleo declines', share: 1, apply: (order) => withTag(order, 'yleo-declined') },
  {
    name: 'throw-away mailbox buys gift cards',
    share: 2,
    apply: (order) => ({
      ...{ ...order, ...newGuest, lines: lines([giftCard], 5), mailDomain: 'mailinator.com' },
      ...{ shippingMethod: 'electronic', shippingMinor: 0, avsResponse: 'G' },
    }),
  },
  {
    name: 'reseller with another name on the card',
    share: 1,
    apply: (order, random) => ({
      ...{ ...order, ...newGuest, avsResponse: 'G', shippingMethod: 'overnight' },
      nameOnCard: 'Quentin Zhao',
      lines: lines(pickArticles(random, order.banner, 1), 6),
    }),
  },
];

export const stories: readonly Story[] = [...accepted, ...reviewed, ...rejected];
