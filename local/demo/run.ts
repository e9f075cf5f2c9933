import { setTimeout as pause } from 'node:timers/promises';
import type { Verdict } from '../../contracts/hbc/decision.js';
import type { Answered, DemoClient } from './client.js';
import { type DeskCounts, workDesk } from './desk.js';
import { planOrders, type PlannedOrder } from './plan.js';
import type { Progress } from './progress.js';
import { createRandom } from './random.js';
import type { DeskWork } from './scene.js';

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
  readonly desk: DeskCounts;
  /** Cases with a deadline moved; undefined when the database cannot be reached. */
  readonly moved: number | undefined;
}

export interface DemoTools {
  readonly client: DemoClient;
  readonly startProgress: (what: string, total: number) => Progress;
  /** Moves deadlines, in minutes from now by transaction. */
  readonly moveDueTimes: (
    minutesByTransaction: ReadonlyMap<string, number>,
  ) => Promise<number | undefined>;
}

/** Of the reviews of the stream. The rest stays open, so that the queue has something to show. */
const decidedShare = 1 / 3;
const acceptedShare = 0.65;

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

/** An answer, and what the plan says about its case. */
interface Sent {
  readonly answer: Answered | undefined;
  readonly desk: DeskWork | undefined;
}

/** A prefix of its own for each run, so that a seed may be used again. */
export const runPrefix = (): string => Date.now().toString(36).toUpperCase();

const sendOrders = async (
  client: DemoClient,
  orders: readonly PlannedOrder[],
  perSecond: number,
  progress: Progress,
): Promise<Sent[]> => {
  const run = runPrefix();
  const startMs = performance.now();
  const failed = new AbortController();
  const posted: Promise<Sent>[] = [];
  for (const [index, { desk, write }] of orders.entries()) {
    if (failed.signal.aborted) break;
    await pause(Math.max(0, startMs + (index * 1000) / perSecond - performance.now()));
    const orderId = `${run}-${String(index + 1).padStart(4, '0')}`;
    const { story, body } = write({ orderId, now: new Date() });
    const order = client.postOrder(body).then((answer) => {
      progress.step(`${orderId} ${answer?.outcome ?? 'undecided'}: ${story}`);
      return { answer, desk };
    });
    order.catch(() => failed.abort());
    posted.push(order);
  }
  return Promise.all(posted);
};

const giveVerdicts = async (
  client: DemoClient,
  reviews: readonly string[],
  seed: number,
  startProgress: DemoTools['startProgress'],
): Promise<DemoResult['verdicts']> => {
  const random = createRandom(seed);
  const worked = random.shuffled(reviews).slice(0, Math.ceil(reviews.length * decidedShare));
  const verdicts = { accept: 0, reject: 0 };
  const progress = startProgress('verdicts', worked.length);
  try {
    for (const transactionId of worked) {
      const verdict = random.chance(acceptedShare) ? 'accept' : 'reject';
      const remark = random.pick(remarks[verdict]);
      if (await client.postVerdict(transactionId, verdict, remark)) verdicts[verdict] += 1;
      progress.step(`${verdict} by the reviewer`);
    }
  } finally {
    progress.end();
  }
  return verdicts;
};

/**
 * Sends orders at the planned rate and works on their cases as reviewers do: notes, tags,
 * escalations, holds, claims, and verdicts on a third of the reviews that belong to no linked story.
 * Throws `StartFailure` when the instance stops answering or refuses an order.
 */
export const runDemo = async (
  { client, startProgress, moveDueTimes }: DemoTools,
  plan: DemoPlan,
): Promise<DemoResult> => {
  const orders = startProgress('orders', plan.count);
  const planned = planOrders(plan.seed, plan.count);
  const sent = await sendOrders(client, planned, plan.perSecond, orders).finally(orders.end);
  const answered = sent.flatMap(({ answer }) => answer ?? []);
  const reviews = sent.flatMap(({ answer, desk }) =>
    answer?.outcome === 'review' ? [{ id: answer.transactionId, desk }] : [],
  );
  const scripted = new Map(reviews.flatMap(({ id, desk }) => (desk ? [[id, desk]] : [])));
  const dueTimes = [...scripted].flatMap(([id, { dueInMinutes }]) =>
    dueInMinutes === undefined ? [] : [[id, dueInMinutes] as const],
  );
  const moved = dueTimes.length === 0 ? 0 : await moveDueTimes(new Map(dueTimes));
  const desk = await workDesk(client, scripted, startProgress);
  const unscripted = reviews.flatMap(({ id, desk: work }) => (work === undefined ? [id] : []));
  const verdicts = await giveVerdicts(client, unscripted, plan.seed, startProgress);
  return {
    ...{ answered, verdicts, desk, moved },
    undecided: sent.length - answered.length,
    reviewsOpen: reviews.length - verdicts.accept - verdicts.reject,
  };
};
