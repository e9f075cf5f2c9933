import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaseDetail } from '../../contracts/v1/cases.js';
import { aifiPush } from '../support/aifi-push.js';
import { decided, reaches } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;
const path = '/api/push/suspected-fraud';

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack?.stop());

type Json = Record<string, unknown>;

/** An order of an account of its own. */
const orderOf = (accountId: string, more: Json = {}): Json => {
  const base: Json = order(more);
  return { ...base, customer: { ...(base['customer'] as Json), accountId } };
};

const push = async (overrides: Json): Promise<void> => {
  const reply = await stack.post(path, aifiPush(overrides), 'aifi');
  expect([reply.status, reply.text]).toEqual([200, '{}']);
};

const numberOf = async (query: string): Promise<number> => {
  const { rows } = await stack.db.query<{ n: number }>(`select count(*)::int as n from ${query}`);
  return rows[0]?.n ?? -1;
};

const drained = () =>
  until('all pushes are drained', async () => {
    return (await numberOf('aifi_pushes where drained_at is null')) === 0;
  });

/** The points of R47 for an order posted now. */
const pointsOf = async (body: Json): Promise<number | undefined> => {
  const { transactionId } = await decided(stack, body);
  const { rows } = await stack.db.query<{ hits: { id: string; points: number }[] }>(
    'select hits from decisions where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.hits.find(({ id }) => id === 'R47')?.points;
};

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

describe('an order after a suspicion of AiFi', () => {
  it.each([
    [0, 30],
    [30, 15],
  ])('of its account %i days before scores %i points', async (days, points) => {
    const account = randomUUID();
    expect(await pointsOf(orderOf(account))).toBeUndefined();
    await push({ customer: { externalId: account }, timeOfOrigin: daysAgo(days) });
    await drained();
    expect(await pointsOf(orderOf(account))).toBe(points);
  });

  it('of its card by first six and last four alone scores 15 points', async () => {
    const paymentInstrument = { type: 'card', cardBin: '555555', cardLast4: '4444' };
    await push({ customer: null, payment: { paymentProvider: 'ADYEN', paymentInstrument } });
    await drained();
    const card = {
      ...(order() as { creditCard: Json }).creditCard,
      cardNumber: '5555555555554444',
    };
    expect(await pointsOf(orderOf(randomUUID(), { creditCard: card }))).toBe(15);
  });
});

describe('an open case', () => {
  it('shows a suspicion of its account at once, with where it comes from', async () => {
    const account = randomUUID();
    const base = orderOf(account);
    const customer = base['customer'] as Json;
    const body = {
      ...base,
      customer: { ...customer, emailAddress: `${account}+yleo-review@example.com` },
    };
    await decided(stack, body);
    const transactionId = await reaches(stack, body, 'in_review');
    const { rows } = await stack.db.query<{ case_id: string }>(
      'select case_id from cases where transaction_id = $1',
      [transactionId],
    );
    const read = async () =>
      CaseDetail.parse((await stack.get(`/v1/cases/${rows[0]?.case_id}`, 'reviewer')).json);
    expect((await read()).evidence).toEqual([]);
    await push({ customer: { externalId: account } });
    const { evidence, timeline } = await until('it is shown', async () => {
      const found = await read();
      return found.evidence.length > 0 && found;
    });
    expect(evidence).toMatchObject([
      { kind: 'aifi_suspicion', source: 'aifi', subject: 'account', weak: false },
    ]);
    const noted = timeline.filter(({ action }) => action === 'evidence.recorded');
    expect(noted).toMatchObject([{ details: { reference: evidence[0]?.reference } }]);
  });
});

describe('a push whose signal was lost', () => {
  it('is drained by the next poll of a worker', async () => {
    await push({});
    await drained();
    await stack.db.query('update aifi_pushes set due_at = now(), drained_at = null');
    await drained();
    expect(await numberOf('aifi_pushes where drained_at is null')).toBe(0);
  });
});

describe('a storm of pushes', () => {
  it('of 1,000 in 5 s, with the worker down in between, is stored and counted once each', async () => {
    const before = await numberOf('aifi_pushes');
    const evidenceBefore = await numberOf("evidence where subject_kind = 'account'");
    const pushes = Array.from({ length: 1000 }, () => aifiPush());
    const send = async (body: unknown): Promise<void> => {
      const reply = await stack.post(path, body, 'aifi');
      expect(reply.status).toBe(200);
    };
    const storm = async (some: readonly unknown[]): Promise<void> => {
      const beganMs = Date.now();
      const all = some.map(async (body, index) => {
        const dueMs = beganMs + index * 5;
        await new Promise((resolve) => setTimeout(resolve, dueMs - Date.now()));
        await send(body);
        // Every tenth push is repeated, like AiFi's retries.
        if (index % 10 === 0) await send({ ...(body as Json), timeOfIssue: daysAgo(-1) });
      });
      await Promise.all(all);
    };
    const restarted = (async () => {
      await until('some are there', async () => (await numberOf('aifi_pushes')) > before + 100);
      await stack.worker.end('SIGKILL');
      await until('more are there', async () => (await numberOf('aifi_pushes')) > before + 600);
      await stack.restartWorker();
    })();
    await Promise.all([storm(pushes), restarted]);
    await drained();
    expect(await numberOf('aifi_pushes')).toBe(before + 1000);
    // One for each of four banners: their store is unknown.
    expect(await numberOf("evidence where subject_kind = 'account'")).toBe(evidenceBefore + 4000);
  });
});
