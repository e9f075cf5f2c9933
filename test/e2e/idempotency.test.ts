import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { until } from '../support/until.js';

let stack: Stack;

beforeAll(async () => {
  // Fifty at once on a machine that runs other tests too: room, so that none is told to try again.
  stack = await startStack({ DECISION_BUDGET_MS: '8000' });
});

afterAll(() => stack?.stop());

describe('the same order sent again', () => {
  it('50 equal posts at once make one workflow, one answer and one OMS call', async () => {
    const body = order();
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => stack.post('/transaction', body)),
    );
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
    const first = replies.filter((reply) => reply.headers.get('idempotent-replayed') !== 'true');
    expect(first).toHaveLength(1);
    const orderId = String(body['orderId']);
    await until('the order is processed', async () => {
      const { json } = await stack.get(`/v1/transactions?banner=s5a&orderId=${orderId}`);
      const [found] = (json as { transactions: { status: string }[] }).transactions;
      return found?.status === 'processed';
    });
    const calls = (await stack.calls('oms')).filter((call) => call.path.includes(orderId));
    expect(calls).toHaveLength(1);
    const risks = (await stack.calls('yleo')).filter((call) =>
      JSON.stringify(call.body).includes(orderId),
    );
    expect(risks).toHaveLength(1);
    const runs: string[] = [];
    const query = `WorkflowId = "s5a:${orderId}:1"`;
    await until('the run is listed', async () => {
      runs.length = 0;
      for await (const run of stack.temporal.workflow.list({ query })) runs.push(run.runId);
      return runs.length > 0;
    });
    expect(runs).toHaveLength(1);
  });

  it('is answered byte for byte as before, and says so', async () => {
    const body = order();
    const first = await stack.post('/transaction', body);
    const again = await stack.post('/transaction', body);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('is the same in another spelling: key order, numbers as text, case, null, CVV', async () => {
    const body = order();
    const first = await stack.post('/transaction', body);
    const creditCard = body['creditCard'] as Record<string, unknown>;
    const spaced = String(creditCard['cardNumber'])
      .replaceAll(/(?=(?:.{4})+$)/g, ' ')
      .trim();
    const respelled = Object.fromEntries(
      Object.entries({
        ...body,
        banner: 'S5A',
        orderTotal: '187.450',
        salesRep: null,
        lastModifiedDate: '2026-11-25',
        creditCard: { ...creditCard, cardNumber: spaced, authCode: '999' },
      }).toReversed(),
    );
    const again = await stack.post('/transaction', respelled);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it.each([
    ['another total', { orderTotal: 187.46 }],
    ['another card', { creditCard: { cardNumber: '4012888888881881' } }],
    ['another address', { customer: { emailAddress: 'someone.else@example.com' } }],
  ] as [string, Record<string, unknown>][])(
    'with %s is a conflict, and the stored answer stays',
    async (what, change) => {
      const orderId = `T-conflict-${what.replaceAll(' ', '-')}-${Date.now()}`;
      const customer = { accountId: 'A-1' };
      const first = await stack.post('/transaction', order({ orderId, customer }));
      const merged = order({
        orderId,
        ...change,
        customer: { ...customer, ...(change['customer'] as object) },
      });
      const other = await stack.post('/transaction', merged);
      expect(other.status).toBe(400);
      expect(other.json).toEqual([
        { error: 'transaction_conflict', message: expect.any(String) as string },
      ]);
      const stored = await stack.post('/transaction', order({ orderId, customer }));
      expect(stored.text).toBe(first.text);
    },
  );

  it('under another shipment group is another transaction', async () => {
    const body = order();
    const one = await stack.post('/transaction', body);
    const two = await stack.post('/transaction', { ...body, groupId: '2' });
    const idOf = (reply: { json: unknown }) =>
      (reply.json as { transactionId: string }).transactionId;
    expect(idOf(two)).not.toBe(idOf(one));
  });
});
