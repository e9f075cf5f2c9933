import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, onTestFailed } from 'vitest';
import type { Decision } from '../../contracts/hbc/decision.js';
import type { PartnerList } from '../../contracts/v1/partners.js';
import { order } from '../support/orders.js';
import { type Proxy, startProxy } from '../support/proxy.js';
import { type Stack, startStack } from '../support/stack.js';

/** Callers that post one order after the other, each again after a 503, as OMS does. */
const callers = 8;

/** From this time after a pause on, the pause has no effect any more. */
const calmAfterMs = 3_000;

/** Longer than any check, and than the API waits for an answer. */
const pausedMs = 5_000;

let stack: Stack;
let proxy: Proxy;

beforeAll(async () => {
  const server = new URL(inject('postgresUrl'));
  proxy = await startProxy(server.hostname, Number(server.port));
  stack = await startStack({}, (url) => url.replace(`:${server.port}/`, `:${proxy.port}/`));
});

afterEach(async () => {
  stack.worker.process.kill('SIGCONT');
  stack.api.process.kill('SIGCONT');
  await proxy.heal();
});

afterAll(async () => {
  await stack?.stop();
  await proxy?.close();
});

interface Answered {
  readonly beganMs: number;
  readonly outcome: Decision['recommendationCode'];
}

/** Posts clean orders until it is stopped. Returns all of their answers. */
const startLoad = () => {
  const ending = new AbortController();
  const answered: Answered[] = [];
  const post = async (): Promise<void> => {
    const body = order();
    const beganMs = performance.now();
    for (;;) {
      const reply = await stack.post('/transaction', body);
      if (reply.status === 200) {
        answered.push({ beganMs, outcome: (reply.json as Decision).recommendationCode });
        return;
      }
      expect(reply.status, reply.text).toBe(503);
      await pause(1_000);
    }
  };
  const call = async (): Promise<void> => {
    while (!ending.signal.aborted) await post();
  };
  const running = Promise.all(Array.from({ length: callers }, call));
  const reviewed = (sinceMs = 0) =>
    answered.filter(({ beganMs, outcome }) => beganMs >= sinceMs && outcome === 'review').length;
  const end = async () => {
    ending.abort();
    await running;
  };
  return { answered, reviewed, end };
};

const breakers = async (): Promise<(string | null)[]> =>
  ((await stack.get('/v1/partners', 'operator')).json as PartnerList).partners.map(
    ({ breaker }) => breaker,
  );

/** Load before, during and after something. Returns the reviews, in all and since the calm. */
const through = async (fail: () => Promise<unknown>, heal: () => Promise<unknown>) => {
  onTestFailed(({ task }) => {
    const ends = `API ${stack.api.process.exitCode}, worker ${stack.worker.process.exitCode}`;
    const said = [ends, ...stack.printed().slice(-100)].join('\n');
    task.result?.errors?.push({ name: 'Printed', message: said });
  });
  const load = startLoad();
  await pause(1_000);
  await fail();
  await pause(pausedMs);
  await heal();
  const calmMs = performance.now() + calmAfterMs;
  await pause(calmAfterMs + 2_000);
  await load.end();
  const calm = load.answered.filter(({ beganMs }) => beganMs >= calmMs).length;
  return { all: load.reviewed(), calm, reviewedInCalm: load.reviewed(calmMs) };
};

describe('clean orders are not reviewed because of us', () => {
  it.each([
    [
      'the worker stands still',
      async () => stack.worker.process.kill('SIGSTOP'),
      async () => stack.worker.process.kill('SIGCONT'),
    ],
    [
      'the API stands still',
      async () => stack.api.process.kill('SIGSTOP'),
      async () => stack.api.process.kill('SIGCONT'),
    ],
    ['Postgres says nothing', async () => proxy.hang(), () => proxy.heal()],
  ])('when %s', async (_what, fail, heal) => {
    const { all, calm, reviewedInCalm } = await through(fail, heal);
    expect(calm).toBeGreaterThan(callers);
    expect(reviewedInCalm).toBe(0);
    // Those under way at most, and one step of the way of each.
    expect(all).toBeLessThanOrEqual(callers);
    expect(await breakers()).toEqual(['closed', 'closed']);
    const opened = stack.printed().filter((line) => line.includes('partner_breaker_open'));
    expect(opened).toEqual([]);
  });

  it('later than three seconds after a partner is back that had hung', async () => {
    const { all, calm, reviewedInCalm } = await through(
      () => stack.setFault('sardine', { latencyMs: 60_000 }),
      () => stack.setFault('sardine', undefined),
    );
    expect(all).toBeGreaterThan(callers);
    expect(calm).toBeGreaterThan(callers);
    expect(reviewedInCalm).toBe(0);
  });
});
