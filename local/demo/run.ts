import { setTimeout as pause } from 'node:timers/promises';
import type { Verdict } from '../../contracts/hbc/decision.js';
import type { Answered, DemoClient, OpenCase } from './client.js';
import { type DeskCounts, workDesk } from './desk.js';
import type { MovedOrder } from './move-times.js';
import { placeInPast, type AnsweredOrder } from './past.js';
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
  /** Moves orders into the past, and the deadlines of their cases. */
  readonly moveTimes: (orders: readonly MovedOrder[]) => Promise<number | undefined>;
}

/** Of the reviews of the stream. The rest stays open, so that the queue has something to show. */
const decidedShare = 1 / 3;
const acceptedShare = 0.65;

/** Why reviewers decide so: a reason code of the shipped settings, and a remark. */
const reasons: Readonly<Record<Verdict, readonly (readonly [code: string, remark: string])[]>> = {
  accept: [
    ['customer_confirmed', 'Called the customer; address confirmed.'],
    ['known_customer', 'Regular customer, same address as last year.'],
    ['payment_verified', 'The issuer confirmed the cardholder.'],
    ['address_explained', 'Gift for a relative; story checks out.'],
    ['looks_genuine', 'Partner score does not fit the history; released.'],
  ],
  reject: [
    ['not_reachable', 'Phone number not in service.'],
    ['customer_denied', 'The cardholder knows nothing of this order.'],
    ['reshipping', 'Third order today to the same forwarder.'],
    ['false_identity', 'Name, card and address belong to three people.'],
    ['stolen_card', 'The issuer reports the card as stolen.'],
  ],
};

/** An answer, and what the plan says about its case. */
interface Sent {
  readonly answer: Answered | undefined;
  readonly story: string;
  readonly desk: DeskWork | undefined;
}

const orderNumbers = 1_000_000_000;
/** No run sends more in five milliseconds. */
const orderNumberEveryMs = 5;

/** Order numbers of its own for each run, so that a seed may be used again. */
export const numberOrders = (): ((index: number) => string) => {
  const first = Math.floor(Date.now() / orderNumberEveryMs);
  return (index) => String((first + index) % orderNumbers).padStart(9, '0');
};

const sendOrders = async (
  client: DemoClient,
  orders: readonly PlannedOrder[],
  perSecond: number,
  progress: Progress,
): Promise<Sent[]> => {
  const orderIdOf = numberOrders();
  const startMs = performance.now();
  const failed = new AbortController();
  const posted: Promise<Sent>[] = [];
  for (const [index, { desk, write }] of orders.entries()) {
    if (failed.signal.aborted) break;
    await pause(Math.max(0, startMs + (index * 1000) / perSecond - performance.now()));
    const orderId = orderIdOf(index);
    const { story, body } = write({ orderId, now: new Date() });
    const order = client.postOrder(body).then((answer) => {
      progress.step(`${orderId} ${answer?.outcome ?? 'undecided'}: ${story}`);
      return { answer, story, desk };
    });
    order.catch(() => failed.abort());
    posted.push(order);
  }
  return Promise.all(posted);
};

const giveVerdicts = async (
  client: DemoClient,
  reviews: readonly OpenCase[],
  seed: number,
  startProgress: DemoTools['startProgress'],
): Promise<DemoResult['verdicts']> => {
  const random = createRandom(seed);
  const worked = random.shuffled(reviews).slice(0, Math.ceil(reviews.length * decidedShare));
  const verdicts = { accept: 0, reject: 0 };
  const progress = startProgress('verdicts', worked.length);
  try {
    for (const { caseId } of worked) {
      const recommendationCode = random.chance(acceptedShare) ? 'accept' : 'reject';
      const [reasonCode, remarks] = random.pick(reasons[recommendationCode]);
      const body = { recommendationCode, reasonCode, remarks };
      if (await client.act(caseId, 'decision', body)) verdicts[recommendationCode] += 1;
      progress.step(`${recommendationCode} by the reviewer`);
    }
  } finally {
    progress.end();
  }
  return verdicts;
};

const answeredOf = (sent: readonly Sent[], cases: readonly OpenCase[]): AnsweredOrder[] => {
  const withCase = new Set(cases.map(({ transactionId }) => transactionId));
  return sent.flatMap(({ answer, story, desk }) =>
    answer === undefined
      ? []
      : [
          {
            ...{ transactionId: answer.transactionId, desk },
            scene: desk === undefined ? undefined : story,
            hasCase: withCase.has(answer.transactionId),
          },
        ],
  );
};

/**
 * Sends orders at the planned rate and works on their cases as reviewers do: notes, tags,
 * escalations, holds, claims, and verdicts on a third of the reviews that belong to no story.
 * Throws `StartFailure` when the instance stops answering or refuses an order.
 */
export const runDemo = async (
  { client, startProgress, moveTimes }: DemoTools,
  plan: DemoPlan,
): Promise<DemoResult> => {
  const orders = startProgress('orders', plan.count);
  const planned = planOrders(plan.seed, plan.count);
  const sent = await sendOrders(client, planned, plan.perSecond, orders).finally(orders.end);
  const answered = sent.flatMap(({ answer }) => answer ?? []);
  const deskOf = new Map(
    sent.flatMap(({ answer, desk }) =>
      answer?.outcome === 'review' ? [[answer.transactionId, desk] as const] : [],
    ),
  );
  // In the order of arrival, so that a seed has the same ones decided.
  const cases = (await client.findCases(new Set(deskOf.keys()))).toSorted((one, other) =>
    one.orderId < other.orderId ? -1 : 1,
  );
  const scripted = cases.flatMap((one) => {
    const desk = deskOf.get(one.transactionId);
    return desk === undefined ? [] : [{ one, desk }];
  });
  const unscripted = cases.filter(({ transactionId: id }) => deskOf.get(id) === undefined);
  const desk = await workDesk(client, scripted, startProgress);
  const verdicts = await giveVerdicts(client, unscripted, plan.seed, startProgress);
  const random = createRandom(plan.seed + 3);
  const moved = await moveTimes(placeInPast(answeredOf(sent, cases), random));
  return {
    ...{ answered, verdicts, desk, moved },
    undecided: sent.length - answered.length,
    reviewsOpen: cases.length - verdicts.accept - verdicts.reject,
  };
};
