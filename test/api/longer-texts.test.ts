import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../contracts/hbc/transaction.js';
import { exampleBody, type Json } from '../support/transactions.js';
import { faultOf } from './errors.js';
import { seedOrder } from './seed.js';
import { type Api, startApi } from './server.js';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api?.stop());

const street = 'Maple Ave '.repeat(60);

/** Texts that are too long today in a hundred lines: more than one part of the parser holds. */
const longer = <T extends { salesRep?: unknown; customer: object; items: readonly object[] }>(
  order: T,
): T => {
  const [line] = order.items as readonly { shippingAddress: object }[];
  const long = { ...line, shippingAddress: { ...line?.shippingAddress, streetLineOne: street } };
  const emailAddress = `ann@${'mail.'.repeat(80)}example.com`;
  return {
    ...order,
    salesRep: 'r'.repeat(500),
    customer: { ...order.customer, emailAddress },
    items: Array.from({ length: 100 }, () => long),
  };
};

const bodyOf = (change: Json = {}): Json => ({
  ...longer(exampleBody() as Parameters<typeof longer>[0]),
  ...change,
});

const post = (body: Json) =>
  api.ask('/transaction', { method: 'POST', key: 'oms', body: JSON.stringify(body) });

describe('an order that was stored while texts had wider limits', () => {
  it.each([
    ['of a plain number', ''],
    ['of a number that is too long too', 'x'.repeat(100)],
  ])('is answered as it was when it comes again: %s', async (_name, rest) => {
    const orderId = `${randomUUID()}${rest}`;
    const asParsed = (order: Transaction) => ({ ...longer(order), orderId });
    const transactionId = await seedOrder(api, { asParsed });
    const reply = await post(bodyOf({ orderId }));
    expect(reply.status, reply.text).toBe(200);
    expect(reply.headers.get('idempotent-replayed')).toBe('true');
    expect(reply.json).toMatchObject({ transactionId, recommendationCode: 'review' });
  });

  it('conflicts with another content under its ids', async () => {
    const orderId = randomUUID();
    await seedOrder(api, { asParsed: (order) => ({ ...longer(order), orderId }) });
    expect(faultOf(await post(bodyOf({ orderId, salesRep: 's'.repeat(500) })))).toEqual([
      400,
      'transaction_conflict',
    ]);
  });

  it('opens the way to no other: what is not stored is refused for its texts', async () => {
    const reply = await post(bodyOf({ orderId: randomUUID() }));
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('$.salesRep must have at most 100 characters');
    const { rows } = await api.pool.query('select count(*)::int as orders from transactions');
    expect(rows).toEqual([{ orders: 3 }]);
  });

  it('does not excuse what else is wrong', async () => {
    const orderId = randomUUID();
    await seedOrder(api, { asParsed: (order) => ({ ...longer(order), orderId }) });
    const reply = await post(bodyOf({ orderId, orderTotal: 'much' }));
    expect(reply.status).toBe(400);
    expect(reply.text).toContain('$.orderTotal must be a decimal number');
  });
});
