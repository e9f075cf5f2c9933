import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginStalls } from '../replay/stall.js';
import { decided, expectTryAgain, giveVerdict, omsCallsOf, reaches } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Reply, type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

type Json = Record<string, unknown>;

/** Longer than a statement may take, and than a caller waits. */
const lockedForMs = 7_000;
const postEveryMs = 500;

/** The budget and the second that an answer may take beside it, and one for a busy machine. */
const deadlineMs = 1500 + 1000 + 1000;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  await decided(stack, order());
});

afterAll(() => stack?.stop());

interface Answered {
  readonly body: Json;
  readonly reply: Reply;
  readonly tookMs: number;
}

const timed = async (send: () => Promise<Reply>): Promise<{ reply: Reply; tookMs: number }> => {
  const startedMs = performance.now();
  const reply = await send();
  return { reply, tookMs: performance.now() - startedMs };
};

/** Locks a table, posts orders and a verdict meanwhile, and waits until the lock is released. */
const through = async (table: string) => {
  const reviewed = order({}, '+yleo-review');
  const { transactionId } = await decided(stack, reviewed);
  const { over } = await beginStalls(stack.env['DATABASE_URL'] ?? '', [
    { table, forMs: lockedForMs },
  ]);
  const ending = new AbortController();
  const end = over.finally(() => ending.abort());
  const posts: Promise<Answered>[] = [];
  const post = async (body: Json) => ({
    body,
    ...(await timed(() => stack.post('/transaction', body))),
  });
  const verdict = timed(() => giveVerdict(stack, transactionId, 'accept'));
  while (!ending.signal.aborted) {
    posts.push(post(order()));
    await pause(postEveryMs);
  }
  await end;
  const answered = await Promise.all(posts);
  return { reviewed, transactionId, answered, verdict: await verdict };
};

const slowest = (answered: readonly Answered[]): number =>
  Math.max(...answered.map(({ tookMs }) => tookMs));

const feedbackOf = async (transactionId: string): Promise<number> =>
  (await stack.calls('sardine')).filter(
    (call) =>
      call.path.endsWith('/v1/feedbacks') && JSON.stringify(call.body).includes(transactionId),
  ).length;

/** Each order is processed, OMS acts once, and Sardine gets the outcome once. */
const expectOnce = async (bodies: readonly Json[]): Promise<void> => {
  const ids = await Promise.all(bodies.map((body) => reaches(stack, body, 'processed', 60_000)));
  await until('the outbox is empty', async () => {
    const { rows } = await stack.db.query(
      `select 1 from order_events where dispatched_at is null
          union all select 1 from due_work where consumer = 'sardine_feedback'`,
    );
    return rows.length === 0;
  });
  for (const [index, body] of bodies.entries()) {
    const effects = (await omsCallsOf(stack, body)).filter(({ status }) => status === 200);
    expect(effects).toHaveLength(1);
    expect(await feedbackOf(ids[index] ?? '')).toBe(1);
  }
};

describe('while the outbox is locked for longer than a statement may take', () => {
  it('the work of consumers waits, and no answer and no verdict does', async () => {
    const { reviewed, answered, verdict } = await through('due_work');
    expect(answered.map(({ reply }) => reply.status)).toEqual(answered.map(() => 200));
    expect(slowest(answered)).toBeLessThan(deadlineMs);
    expect([verdict.reply.status, verdict.tookMs < deadlineMs]).toEqual([200, true]);
    await expectOnce([reviewed, ...answered.map(({ body }) => body)]);
  });

  it('the events hold orders up: each caller hears so in time, and none is lost or doubled', async () => {
    const { reviewed, transactionId, answered, verdict } = await through('order_events');
    for (const { reply } of answered) if (reply.status !== 200) expectTryAgain(reply);
    expect(slowest(answered)).toBeLessThan(deadlineMs);
    expect(verdict.tookMs).toBeLessThan(deadlineMs);
    const accept = async () => (await giveVerdict(stack, transactionId, 'accept')).status === 200;
    if (verdict.reply.status !== 200) await until('the verdict is accepted', accept);
    for (const { body } of answered) await decided(stack, body);
    await expectOnce([reviewed, ...answered.map(({ body }) => body)]);
  });
});
