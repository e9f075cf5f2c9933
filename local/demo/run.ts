import { setTimeout as pause } from 'node:timers/promises';
import type { Verdict } from '../../contracts/hbc/decision.js';
import type { Answered, DemoClient } from './client.js';
import { createOrderGenerator } from './generate.js';
import type { Progress } from './progress.js';
import { createRandom } from './random.js';

export interface DemoPlan {
  readonly count: number;
  readonly perSecond: number;
  readonly seed: number;
}

/** The result of a run. */
export interface DemoResult {
  readonly answered: readonly Answered[];
  /** Orders that the instance has stored but not decided in time. */
  readonly undecided: number;
  readonly verdicts: { readonly accept: number; readonly reject: number };
  readonly reviewsOpen: number;
}

/** The rest stays open, so that the queue has something to show. */
const decidedShare = 0.6;
const acceptedShare = 0.65;
const reviewPauseMs = 100;

const remarks: Readonly<Record<Verdict, readonly string[]>> = {
  accept: [
    'Called the customer; address confirmed.',
    'Regular customer, same address as last year.',
    'The issuer confirmed the cardholder.',
    'Gift for a relative; story checks out.',
    'Partner score does not fit the history; released.',
  ],
  reject: [
    'Phone number not in service.',
    'The cardholder knows nothing of this order.',
    'Third order today to the same forwarder.',
    'Name, card and address belong to three people.',
    'The issuer reports the card as stolen.',
  ],
};

const sendOrders = async (
  client: DemoClient,
  { count, perSecond, seed }: DemoPlan,
  progress: Progress,
): Promise<(Answered | undefined)[]> => {
  const generate = createOrderGenerator(seed);
  // A prefix of its own for each run, so that a seed may be used again.
  const run = Date.now().toString(36).toUpperCase();
  const startMs = performance.now();
  const failed = new AbortController();
  const posted: Promise<Answered | undefined>[] = [];
  for (let index = 0; index < count && !failed.signal.aborted; index += 1) {
    await pause(Math.max(0, startMs + (index * 1000) / perSecond - performance.now()));
    const orderId = `${run}-${String(index + 1).padStart(4, '0')}`;
    const { story, body } = generate({ orderId, now: new Date() });
    const order = client.postOrder(body).then((answer) => {
      progress.step(`${orderId} ${answer?.outcome ?? 'undecided'}: ${story}`);
      return answer;
    });
    order.catch(() => failed.abort());
    posted.push(order);
  }
  return Promise.all(posted);
};

const workReviews = async (
  client: DemoClient,
  reviews: readonly Answered[],
  seed: number,
  progress: Progress,
): Promise<DemoResult['verdicts']> => {
  const random = createRandom(seed);
  const worked = random.shuffled(reviews).slice(0, Math.ceil(reviews.length * decidedShare));
  const verdicts = { accept: 0, reject: 0 };
  for (const { transactionId } of worked) {
    const verdict = random.chance(acceptedShare) ? 'accept' : 'reject';
    const isTaken = await client.postVerdict(transactionId, verdict, random.pick(remarks[verdict]));
    if (isTaken) verdicts[verdict] += 1;
    progress.step(`${verdict} by the reviewer`);
    await pause(reviewPauseMs);
  }
  return verdicts;
};

/**
 * Sends orders at the planned rate, then decides most of the reviews as a reviewer and leaves the
 * others open. Throws `StartFailure` when the instance stops answering or refuses an order.
 */
export const runDemo = async (
  client: DemoClient,
  plan: DemoPlan,
  startProgress: (what: string, total: number) => Progress,
): Promise<DemoResult> => {
  const orders = startProgress('orders', plan.count);
  const posted = await sendOrders(client, plan, orders).finally(orders.end);
  const answered = posted.filter((answer) => answer !== undefined);
  const reviews = answered.filter(({ outcome }) => outcome === 'review');
  const work = startProgress('verdicts', Math.ceil(reviews.length * decidedShare));
  const verdicts = await workReviews(client, reviews, plan.seed, work).finally(work.end);
  return {
    answered,
    verdicts,
    undecided: posted.length - answered.length,
    reviewsOpen: reviews.length - verdicts.accept - verdicts.reject,
  };
};
