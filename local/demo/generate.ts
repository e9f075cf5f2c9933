import { makeStoreCard } from './cards.js';
import { everyday } from './everyday.js';
import { type OrderBody, type Placement, writeOrder } from './order.js';
import { createRandom } from './random.js';
import { type Story, stories } from './stories.js';

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
