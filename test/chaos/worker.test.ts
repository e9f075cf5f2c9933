import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../contracts/hbc/decision.js';
import {
  decided,
  expectTryAgain,
  giveVerdict,
  lookUp,
  omsCallsOf,
  reaches,
  workflowIdOf,
} from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

/** The budget and the second that an answer may take beside it, and one for a busy machine. */
const deadlineMs = 1500 + 1000 + 1000;

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterEach(async () => {
  for (const partner of ['sardine', 'yleo', 'oms']) await stack.setFault(partner, undefined);
});

afterAll(() => stack?.stop());

const kill = () => stack.worker.end('SIGKILL');

const countOf = async (table: string, transactionId: string): Promise<number> => {
  const { rows } = await stack.db.query<{ n: number }>(
    `select count(*)::int as n from ${table} where transaction_id = $1`,
    [transactionId],
  );
  return rows[0]?.n ?? 0;
};

const runsOf = async (body: Record<string, unknown>): Promise<number> => {
  const query = `WorkflowId = "${workflowIdOf(body)}"`;
  return until('the run is listed', async () => {
    const { count } = await stack.temporal.workflow.count(query);
    return count > 0 ? count : undefined;
  });
};

const expectOnce = async (body: Record<string, unknown>, transactionId: string) => {
  expect(await runsOf(body)).toBe(1);
  expect(await countOf('decisions', transactionId)).toBe(1);
  const effects = (await omsCallsOf(stack, body)).filter((call) => call.status === 200);
  expect(effects).toHaveLength(1);
};

/** Sends the same post until it is answered, as OMS does after a 503. */
const answered = (body: Record<string, unknown>) =>
  until('the same post is answered', async () => {
    const reply = await stack.post('/transaction', body);
    expect([200, 503]).toContain(reply.status);
    return reply.status === 200 ? reply : undefined;
  });

/**
 * On a busy machine the budget can end before Yleo declines. Such an order is rightly reviewed, and
 * a late reject does not end its case: a person does.
 */
const rejectIfReviewed = async ({ recommendationCode, transactionId }: Decision): Promise<void> => {
  if (recommendationCode === 'reject') return;
  expect(recommendationCode).toBe('review');
  expect((await giveVerdict(stack, transactionId, 'reject')).status).toBe(200);
};

describe('a worker that is killed', () => {
  it('in the middle of an answer: the same post is answered later, and all is done once', async () => {
    await stack.setFault('yleo', { latencyMs: 3000, times: 1 });
    const body = order();
    const first = stack.post('/transaction', body);
    const { transactionId } = await until('Sardine has answered', async () => {
      const found = await lookUp(stack, body);
      return found && (await countOf('partner_answers', found.transactionId)) === 1 && found;
    });
    await kill();
    expectTryAgain(await first);
    expect(await countOf('decisions', transactionId)).toBe(0);
    await stack.restartWorker();
    const reply = await answered(body);
    expect(reply.headers.get('idempotent-replayed')).toBe('true');
    expect(reply.json).toMatchObject({ transactionId, recommendationCode: 'accept' });
    await reaches(stack, body, 'processed');
    await expectOnce(body, transactionId);
    const asked = (await stack.calls('sardine')).filter(
      (call) => call.path.includes('/risks') && JSON.stringify(call.body).includes(transactionId),
    );
    expect(asked).toHaveLength(1);
    expect((await stack.post('/transaction', body)).text).toBe(reply.text);
  });

  it('after OMS acted and before that was stored: OMS is called under the same key and answers 409', async () => {
    await stack.setFault('oms', { latencyMs: 60_000, times: 1 });
    const body = order();
    const { transactionId } = await decided(stack, body);
    await until('OMS has acted', async () => (await omsCallsOf(stack, body)).length === 1);
    await kill();
    expect((await lookUp(stack, body))?.status).toBe('settling');
    await stack.restartWorker();
    await reaches(stack, body, 'processed');
    const calls = await omsCallsOf(stack, body);
    expect(calls.map((call) => call.status)).toEqual([null, 409]);
    expect(calls[1]?.key).toBe(calls[0]?.key);
    expect(await runsOf(body)).toBe(1);
    expect(await countOf('decisions', transactionId)).toBe(1);
  });

  it('under a load of orders: each is answered, decided once and settled once', async () => {
    await stack.setFault('yleo', { latencyMs: 300 });
    const bodies = Array.from({ length: 20 }, (_, n) =>
      order({}, n % 4 === 0 ? '+yleo-declined' : ''),
    );
    const first = Promise.all(bodies.map((body) => stack.post('/transaction', body)));
    await until('some are decided', async () => {
      const { rows } = await stack.db.query<{ n: number }>(
        `select count(*)::int as n from transactions where received_at > now() - interval '2 s'`,
      );
      return (rows[0]?.n ?? 0) >= 10;
    });
    await kill();
    const statuses = (await first).map((reply) => reply.status);
    expect(new Set([...statuses, 200, 503])).toEqual(new Set([200, 503]));
    await stack.restartWorker();
    await Promise.all(
      bodies.map(async (body, n) => {
        const answer = (await answered(body)).json as Decision;
        if (n % 4 === 0) await rejectIfReviewed(answer);
        const id = await reaches(stack, body, n % 4 === 0 ? 'cancelled' : 'processed');
        await expectOnce(body, id);
      }),
    );
  });
});

describe('with no worker', () => {
  it('a post gets a Retry-After in time; its order is stored and decided when one is back', async () => {
    await kill();
    const body = order();
    const startedMs = performance.now();
    expectTryAgain(await stack.post('/transaction', body));
    expect(performance.now() - startedMs).toBeLessThan(deadlineMs);
    expect((await lookUp(stack, body))?.status).toBe('deciding');
    await stack.restartWorker();
    const transactionId = await reaches(stack, body, 'processed');
    await expectOnce(body, transactionId);
    const reply = await stack.post('/transaction', body);
    expect(reply.headers.get('idempotent-replayed')).toBe('true');
  });

  it('a signal is kept, and acts when a worker is back', async () => {
    const body = order({}, '+yleo-review');
    await decided(stack, body);
    await kill();
    const handle = stack.temporal.workflow.getHandle(workflowIdOf(body));
    await handle.signal('decision', { recommendationCode: 'accept', reviewer: 'bo' });
    await stack.restartWorker();
    const transactionId = await reaches(stack, body, 'processed');
    await expectOnce(body, transactionId);
    expect((await omsCallsOf(stack, body)).map((call) => call.action)).toEqual(['process']);
  });
});
