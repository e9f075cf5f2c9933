import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { makeStoreCard, makeTestCard } from './cards.js';
import { pickArticles } from './catalogue.js';
import { type DemoOrder, type OrderBody, type Placement, writeOrder } from './order.js';
import { makeShopper } from './people.js';
import { createRandom, type Random } from './random.js';
import { type Story, stories } from './stories.js';

/** The banner's own country and currency, as shipped in `config/verdict.yaml`. */
const homes = {
  lat: { country: 'US', currency: 'USD' },
  s5a: { country: 'US', currency: 'USD' },
  o5a: { country: 'US', currency: 'USD' },
  bay: { country: 'CA', currency: 'CAD' },
} as const satisfies Record<Banner, object>;

/** A regular customer's affordable order in which everything matches. */
const everyday = (random: Random): DemoOrder => {
  const banner = random.pick(banners);
  const home = homes[banner];
  const shopper = makeShopper(random, home.country);
  const isExpress = random.chance(0.15);
  return {
    ...{ banner, ...home, shopper },
    card: makeTestCard(random),
    nameOnCard: shopper.home.name,
    shipTo: shopper.home,
    lines: pickArticles(random, banner, random.whole(1, 3)).map((article) => ({
      article,
      quantity: random.chance(0.2) ? 2 : 1,
    })),
    giftWrapped: false,
    shippingMethod: isExpress ? 'express' : 'standard',
    shippingMinor: isExpress ? 1995 : 995,
    promotion: random.chance(0.25) ? 0.1 : 0,
    source: 'web',
    customerType: 'registered',
    accountAgeDays: random.whole(40, 3000),
    avsResponse: 'H',
    responseCode: 100,
    mailDomain: 'example.com',
    emailTag: '',
  };
};

export interface GeneratedOrder {
  readonly story: string;
  readonly body: OrderBody;
}

/** Generates orders without end. */
export type OrderGenerator = (placement: Placement) => GeneratedOrder;

const deck = stories.flatMap((story) => Array.from({ length: story.share }, () => story));

/**
 * Generates believable orders of all stories in their shares. Stories come from a shuffled deck of
 * 40, so any 40 orders from the start include each of them. A seed repeats the whole stream.
 */
export const createOrderGenerator = (seed: number): OrderGenerator => {
  const random = createRandom(seed);
  let dealt: Story[] = [];
  return (placement) => {
    if (dealt.length === 0) dealt = random.shuffled(deck);
    const story = dealt.pop();
    if (story === undefined) throw new RangeError('no story has a share');
    const order = story.apply(everyday(random), random);
    return { story: story.name, body: writeOrder(order, random, placement) };
  };
};

/** Generates unsuspicious orders, for measurements that need the same path every time. */
export const createEverydayGenerator = (seed: number): ((placement: Placement) => OrderBody) => {
  const random = createRandom(seed);
  return (placement) =>
    writeOrder({ ...everyday(random), card: makeStoreCard(random) }, random, placement);
};
