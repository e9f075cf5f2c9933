import { makeStoreCard } from '../../local/demo/cards.js';
import { everyday } from '../../local/demo/everyday.js';
import { type OrderBody, writeOrder } from '../../local/demo/order.js';
import { createRandom } from '../../local/demo/random.js';
import { seedOf } from './storm.js';

/** What people do about an order in review. */
export type ReviewStory =
  | 'verdict'
  | 'rivals'
  | 'signal'
  | 'two_signals'
  | 'desk'
  | 'desk_undone'
  | 'desk_and_verdict'
  | 'withdrawal'
  | 'verdict_and_withdrawal'
  | 'left_open';

/** One order and everything that its callers will do, fixed by the seed. */
export interface OrderPlan {
  readonly orderId: string;
  readonly body: OrderBody;
  /** How many callers post it at the same moment. */
  readonly callers: number;
  /** False for a caller that gives up after its first try. */
  readonly isPatient: boolean;
  /** When the same order is posted once more; undefined for never. */
  readonly repeatAfterMs: number | undefined;
  readonly review: ReviewStory;
  readonly reviewAfterMs: number;
  readonly outcomes: readonly ['accept' | 'reject', 'accept' | 'reject'];
  readonly pushes: number;
  /** The order before it, where both have the same card and goods: one of them counts the other. */
  readonly twinOf: string | undefined;
  /** True when an analyst blocks its account before it is posted. */
  readonly isBlocked: boolean;
  /** What an analyst later says of it. */
  readonly label: 'chargeback' | 'good' | undefined;
}

const tags = [
  ...Array.from({ length: 9 }, () => ''),
  ...Array.from({ length: 7 }, () => 'yleo-review'),
  ...['yleo-declined', 'yleo-declined', 'yleo-transient', 'sardine-high'],
];

const reviews: readonly ReviewStory[] = [
  ...(['verdict', 'verdict', 'verdict', 'rivals', 'rivals', 'signal', 'two_signals'] as const),
  ...(['desk', 'desk', 'desk_undone', 'desk_undone', 'desk_and_verdict'] as const),
  ...(['withdrawal', 'verdict_and_withdrawal', 'verdict_and_withdrawal', 'left_open'] as const),
];

/** Every eighth order is the twin of the one before it. */
const isTwin = (index: number): boolean => index % 8 === 7;

const orderIdOf = (seed: number, index: number): string => `chaos-${seed}-${index}`;

const bodyOf = (seed: number, index: number, now: Date): OrderBody => {
  const orderId = orderIdOf(seed, index);
  const random = createRandom(seedOf(seed, isTwin(index) ? index - 1 : index));
  const order = {
    ...everyday(random),
    ...{ card: makeStoreCard(random), accountId: `A-${orderId}`, emailTag: random.pick(tags) },
  };
  return writeOrder(order, random, { orderId, now });
};

/** The plan of order number `index`. The same seed and day give the same plan. */
export const planOrder = (seed: number, index: number, now: Date): OrderPlan => {
  const random = createRandom(seedOf(seedOf(seed, index), -2));
  const outcomes = ['accept', 'reject'] as const;
  return {
    orderId: orderIdOf(seed, index),
    body: bodyOf(seed, index, now),
    callers: random.chance(0.15) ? random.whole(2, 4) : 1,
    isPatient: !random.chance(0.06),
    repeatAfterMs: random.chance(0.25) ? random.whole(200, 8000) : undefined,
    review: random.pick(reviews),
    reviewAfterMs: random.whole(0, 5000),
    outcomes: [random.pick(outcomes), random.pick(outcomes)],
    pushes: random.chance(0.2) ? random.whole(1, 2) : 0,
    twinOf: isTwin(index) ? orderIdOf(seed, index - 1) : undefined,
    isBlocked: random.chance(0.05),
    label: random.chance(0.2) ? random.pick(['chargeback', 'good'] as const) : undefined,
  };
};
