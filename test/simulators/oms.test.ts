import { describe, expect, it } from 'vitest';
import { bearer, changed, recordBody, useSimulators } from './simulators.js';

const pan = '4111111111111111';
const cancelBody = () => changed(recordBody(), 'decision.recommendationCode', 'reject');

const refuses: readonly [string, string, unknown][] = [
  ['an unmasked card number', 'transaction.creditCard.cardNumber', pan],
  ['an unmasked private-label number', 'transaction.creditCard.cardNumber', '411111111112'],
  ['a spaced card number', 'transaction.creditCard.cardNumber', '4111 1111 1111 1111'],
  ['a CVV', 'transaction.creditCard.authCode', '123'],
  ['no place for the CVV', 'transaction.creditCard.authCode', undefined],
  ['a card number in free text', 'transaction.items.0.description', `Gift ${pan}`],
  ['the opposite decision', 'decision.recommendationCode', 'reject'],
  ['no final decision', 'decision.recommendationCode', 'review'],
  ['a decision about another transaction', 'decision.transactionId', 't-2'],
  ['no decision', 'decision', undefined],
  ['no transaction', 'transaction', undefined],
  ['another order than the route', 'transaction.orderId', '81004518'],
  ['a field behind the edge', 'transaction.card', { bin6: '411111' }],
  ['null for absent', 'transaction.salesRep', null],
  ['a number as text', 'transaction.orderTotal', '187.45'],
  ['a date with a time', 'createdDate', '2026-11-20T10:00:00Z'],
];

describe('OMS simulator', () => {
  const { oms, send } = useSimulators();

  it('processes an accepted order once', async () => {
    expect(await oms('process', recordBody())).toMatchObject({
      status: 200,
      body: { status: 'processed' },
    });
    expect((await oms('process', recordBody())).status).toBe(409);
  });

  it('cancels a rejected order once', async () => {
    expect((await oms('cancel', cancelBody())).status).toBe(200);
    expect((await oms('cancel', cancelBody())).status).toBe(409);
  });

  it('refuses the opposite action, so that a double effect is visible', async () => {
    await oms('process', recordBody());
    expect((await oms('cancel', cancelBody())).status).toBe(422);
  });

  it('keeps the groups of an order apart', async () => {
    await oms('process', recordBody());
    const reply = await oms('cancel', cancelBody(), { 'idempotency-key': 's5a:81004517:2:cancel' });
    expect(reply.status).toBe(200);
  });

  it('counts a refused call for nothing', async () => {
    await oms('process', changed(recordBody(), 'transaction.creditCard.authCode', '123'));
    expect((await oms('cancel', cancelBody())).status).toBe(200);
  });

  it.each(refuses)('refuses %s', async (_what, path, value) => {
    const reply = await oms('process', changed(recordBody(), path, value));
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.body)).not.toContain(pan);
  });

  it.each(['', 's5a:81004517:1:cancel', ':process', 'process'])(
    'refuses the idempotency key %j for process',
    async (key) => {
      expect((await oms('process', recordBody(), { 'idempotency-key': key })).status).toBe(400);
    },
  );

  it.each(['', 'Bearer other', 'Basic dGVzdA=='])(
    'admits nobody with %j',
    async (authorization) => {
      expect((await oms('process', recordBody(), { authorization })).status).toBe(401);
    },
  );

  it.each(['/oms/orders/81004517/refund', '/oms/orders/%E0%A4%A/process', '/oms/orders/process'])(
    'does not know %s',
    async (path) => {
      const headers = { authorization: bearer, 'idempotency-key': 'k:process' };
      expect((await send('POST', path, recordBody(), headers)).status).toBe(404);
    },
  );

  it('reads an order number that needs escaping in the route', async () => {
    const reply = await send(
      'POST',
      '/oms/orders/A%2F1%20%C3%A9/process',
      changed(recordBody(), 'transaction.orderId', 'A/1 é'),
      { authorization: bearer, 'idempotency-key': 's5a:A%2F1%20%C3%A9:1:process' },
    );
    expect(reply.status).toBe(200);
  });
});
