import type { Dispatcher } from 'undici';
import { request } from 'undici';
import { z } from 'zod';
import type { Pool } from '../../db/pool.js';
import { openLoop } from '../load.js';
import type { LocalStack } from '../local-stack.js';
import { pollUntil } from '../outage/desk.js';
import { type Percentiles, percentilesOf } from '../percentiles.js';
import type { Plan } from './plan.js';
import type { RealOrder } from './real-orders.js';
import type { DeskSession } from './session.js';

/** Decisions of one undo window, until OMS hears of them. */
export interface DecisionTimes {
  readonly undoWindow: string;
  /** From the end of the undo window, or without one from the click, to OMS's receipt. */
  readonly told: Percentiles;
  /** From the click to the answer with the next case. */
  readonly answered: Percentiles;
}

interface Decided {
  readonly orderId: string;
  readonly clickedAtMs: number;
  readonly answeredMs: number;
}

const toldWithinMs = 60_000;

const Calls = z.array(z.object({ path: z.string(), receivedAt: z.iso.datetime() }));

/** When OMS first heard of each order; undefined until it has heard of all. */
const listTold = async (
  { simulatorUrl }: LocalStack,
  orders: readonly RealOrder[],
  dispatcher: Dispatcher,
): Promise<number[] | undefined> => {
  const { body } = await request(`${simulatorUrl}/_calls/oms`, { dispatcher });
  const calls = Calls.parse(await body.json());
  const told = orders.map(
    ({ orderId }) => calls.find(({ path }) => path.includes(`/${orderId}/`))?.receivedAt,
  );
  return told.some((at) => at === undefined) ? undefined : told.map((at) => Date.parse(at ?? ''));
};

const reasonIn = (html: string): string =>
  /id="accept-codes"[\s\S]*?name="reasonCode" value="([\w-]+)"/.exec(html)?.[1] ?? '';

const decideOne = async (session: DeskSession, order: RealOrder, reasonCode: string) => {
  const clickedAtMs = Date.now();
  const answer = await session.post(`/console/cases/${order.caseId}/decision`, {
    ...{ recommendationCode: 'accept', reasonCode },
  });
  if (answer.status !== 200) throw new Error(`a decision was answered ${answer.status}`);
  return { orderId: order.orderId, clickedAtMs, answeredMs: answer.ms };
};

const endsOf = async (db: Pool, orders: readonly RealOrder[]): Promise<Map<string, number>> => {
  const { rows } = await db.query<{ case_id: string; undo_until: Date }>(
    'select case_id, undo_until from case_decisions where case_id = any($1::uuid[])',
    [orders.map(({ caseId }) => caseId)],
  );
  return new Map(rows.map((row) => [row.case_id, row.undo_until.getTime()]));
};

/** Accepts orders at a fixed rate. Throws when one is refused, or OMS does not hear of it. */
export const measureDecisions = async (
  given: {
    readonly stack: LocalStack;
    readonly db: Pool;
    readonly dispatcher: Dispatcher;
    readonly session: DeskSession;
    readonly signal: AbortSignal;
  },
  orders: readonly RealOrder[],
  { undoWindow, decisionEveryMs }: { readonly undoWindow: string } & Pick<Plan, 'decisionEveryMs'>,
): Promise<DecisionTimes> => {
  const { stack, db, dispatcher, session, signal } = given;
  const [first] = orders;
  const reasonCode = reasonIn((await session.get(`/console/cases/${first?.caseId ?? ''}`)).text);
  const decided: Decided[] = [];
  const left = [...orders];
  const call = async (): Promise<void> => {
    const order = left.shift();
    if (order !== undefined) decided.push(await decideOne(session, order, reasonCode));
  };
  const perSecond = 1000 / decisionEveryMs;
  await openLoop(call, { perSecond, seconds: orders.length / perSecond, signal });
  const look = () => listTold(stack, orders, dispatcher);
  const told = await pollUntil(look, { giveUpMs: toldWithinMs, signal });
  if (told === undefined) throw new Error('OMS has not heard of every decision');
  const ends = await endsOf(db, orders);
  const from = orders.map(({ caseId, orderId }) =>
    undoWindow === '0s'
      ? (decided.find((one) => one.orderId === orderId)?.clickedAtMs ?? 0)
      : (ends.get(caseId) ?? 0),
  );
  return {
    undoWindow,
    told: percentilesOf(told.map((atMs, index) => Math.max(0, atMs - (from[index] ?? 0)))),
    answered: percentilesOf(decided.map(({ answeredMs }) => answeredMs)),
  };
};
