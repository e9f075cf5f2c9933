import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PartnerList } from '../../contracts/v1/partners.js';
import { order } from '../support/orders.js';
import { type Reply, type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

const budgetMs = 1500;

/**
 * By contract; and with both breakers open far less than any wait for a partner. What an idle
 * machine needs is in docs/performance.md; other tests run beside this one.
 */
const deadlineMs = budgetMs + 1000;
const openMs = budgetMs / 2;

interface Answered {
  readonly reply: Reply;
  readonly elapsedMs: number;
}

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ DECISION_BUDGET_MS: String(budgetMs) });
  // The first orders of a process load code and open connections.
  for (let n = 0; n < 10; n += 1) await post();
});

afterAll(() => stack?.stop());

const post = async (): Promise<Answered> => {
  const startedMs = performance.now();
  const reply = await stack.post('/transaction', order());
  return { reply, elapsedMs: performance.now() - startedMs };
};

const breakers = async (): Promise<(string | null)[]> => {
  const { json } = await stack.get('/v1/partners', 'operator');
  return (json as PartnerList).partners.map(({ breaker }) => breaker);
};

const percentile = (answers: readonly Answered[], share: number): number => {
  const sorted = answers.map(({ elapsedMs }) => elapsedMs).toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
};

/** Four callers, each sending its next order after an answer; in the order of sending. */
const load = async (count: number): Promise<Answered[]> => {
  const answers: Promise<Answered>[] = [];
  const caller = async (): Promise<void> => {
    while (answers.length < count) {
      const answer = post();
      answers.push(answer);
      await answer;
    }
  };
  await Promise.all(Array.from({ length: 4 }, caller));
  return Promise.all(answers);
};

describe('with both partners dead', () => {
  it('200 orders are each reviewed within the budget, fast once the breakers are open', async () => {
    await stack.setFault('sardine', { connection: 'hang' });
    await stack.setFault('yleo', { connection: 'hang' });
    const answers = await load(200);
    for (const { reply } of answers) {
      expect([
        reply.status,
        (reply.json as { recommendationCode: string }).recommendationCode,
      ]).toEqual([200, 'review']);
    }
    // Those of the first callers: no breaker has opened yet.
    expect(percentile(answers.slice(0, 4), 0.5)).toBeGreaterThan(0.9 * budgetMs);
    expect(percentile(answers, 0.99)).toBeLessThan(deadlineMs);
    expect(await breakers()).not.toContain('closed');
    const open = answers.slice(100);
    for (const { reply } of open) {
      const { remarks } = reply.json as { remarks: string };
      expect(remarks).toMatch(/Sardine was unavailable \((breaker_open|rate_limited)\)/);
    }
    expect(percentile(open, 0.5)).toBeLessThan(openMs);
  });

  it('and back again: waiting orders probe them, breakers close, and the orders are accepted', async () => {
    await stack.setFault('sardine', undefined);
    await stack.setFault('yleo', undefined);
    await until('both breakers are closed', async () =>
      (await breakers()).every((state) => state === 'closed'),
    );
    const { reply } = await post();
    expect(reply.json).toMatchObject({ recommendationCode: 'accept' });
    await until('some of the waiting orders have ended by themselves', async () => {
      const { rows } = await stack.db.query<{ n: number }>(
        `select count(*)::int as n from verdicts where source = 'partners'`,
      );
      return (rows[0]?.n ?? 0) >= 10;
    });
  });
});

describe('with a partner that is slow within its limits', () => {
  it('most orders have its vote', async () => {
    await stack.setFault('yleo', { latencyMs: { p50Ms: 150, p99Ms: 600 }, seed: 1 });
    const answers = await load(10);
    await stack.setFault('yleo', undefined);
    const voted = answers.filter(
      ({ reply }) => !(reply.json as { remarks: string }).remarks.includes('Yleo was unavailable'),
    );
    expect(voted.length).toBeGreaterThan(answers.length / 2);
  });
});
