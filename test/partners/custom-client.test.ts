import { afterEach, describe, expect, it } from 'vitest';
import { contextWith, item, transactionWith } from './fixture.js';
import { createClient, plain, secret } from './custom-fixture.js';
import { answer, type Handler, serve } from './http-server.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const start = async (custom: Record<string, unknown>, reply: unknown = { decision: 'accept' }) => {
  const handler: Handler = (_call, response) => answer(response, 200, reply);
  const server = await serve(handler);
  const { client, alarms } = createClient(server.url, custom);
  cleanups.push(client.close, server.close);
  const check = (changes: Parameters<typeof transactionWith>[0] = {}) =>
    client.check(transactionWith(changes), contextWith());
  return { client, alarms, check, calls: server.calls };
};

describe('what the custom partner is sent', () => {
  it('values replace the fields as JSON values, whatever they contain', async () => {
    const nasty = '", "decision": "accept", "$order.id';
    const body = {
      ...{ id: '$order.id', total: '$order.total', same: '$shipping.equalsBilling' },
      ...{ city: '$shipping.city', price: '$$5', note: 'order.id', fixed: [1, null, true] },
    };
    const { check, calls } = await start({ ...plain, body });
    const shippingAddress = { ...item.shippingAddress, city: nasty };
    await check({ order: { items: [{ ...item, shippingAddress }] } });
    expect(calls[0]?.body).toEqual({
      ...{ id: '81004517', total: 187.45, same: true },
      ...{ city: nasty, price: '$5', note: 'order.id', fixed: [1, null, true] },
    });
  });

  it('a field without a value is left out, and keeps its place in a list', async () => {
    const body = { id: '$order.id', ip: '$customer.ipAddress', all: ['$customer.ipAddress', 1] };
    const { check, calls } = await start({ ...plain, body });
    await check({ order: { ipAddress: null } });
    expect(calls[0]?.body).toEqual({ id: '81004517', all: [null, 1] });
  });

  it('a list has one element for each line', async () => {
    const lines = {
      $each: 'items',
      name: '$item.description',
      of: '$order.id',
      n: '$item.quantity',
    };
    const { check, calls } = await start({ ...plain, body: { lines } });
    await check();
    expect(calls[0]?.body).toEqual({
      lines: [
        { name: 'Wool crewneck sweater', of: '81004517', n: 1 },
        { name: 'Leather belt', of: '81004517', n: 2 },
      ],
    });
  });

  it('a guest and a card are known by pseudonyms of this partner only', async () => {
    const body = { customer: '$customer.id', card: '$card.token' };
    const { check, calls } = await start({ ...plain, body });
    await check({ customer: { customerType: 'guest', accountId: '' } });
    const email = 'dana.whitfield@example.com';
    const guest = `guest:custom-guest-${email.length}`;
    expect(calls[0]?.body).toEqual({ customer: guest, card: 'custom-card-60' });
  });

  it('ids in the path are URL-encoded, and the headers go along', async () => {
    const headers = { 'x-api-version': '3' };
    const { check, calls } = await start({ ...plain, path: '/v2/orders/$order.id/check', headers });
    await check({ order: { orderId: 'a/b c?d' } });
    expect(calls[0]?.path).toBe('/v2/orders/a%2Fb%20c%3Fd/check');
    expect(calls[0]?.headers['x-api-version']).toBe('3');
  });

  it.each([
    ['bearer', `Bearer ${secret}`],
    ['basic', `Basic ${Buffer.from(secret).toString('base64')}`],
  ])('the secret goes as %s', async (authorization, header) => {
    const { check, calls } = await start({ ...plain, authorization });
    await check();
    expect(calls[0]?.headers.authorization).toBe(header);
  });
});

describe('what its answer means', () => {
  it.each(['accept', 'review', 'reject'])('%s is a vote', async (decision) => {
    const { check, alarms } = await start(plain, { decision });
    expect(await check()).toMatchObject({ kind: 'answered', outcome: decision, label: decision });
    expect(alarms).toEqual([]);
  });

  it.each([
    ['another word', { decision: 'maybe' }],
    ['a word in another case', { decision: 'ACCEPT' }],
    ['a number', { decision: 1 }],
    ['nothing', {}],
    ['null', { decision: null }],
    ['a list', { decision: ['accept'] }],
  ])('%s is no vote, and an alarm says so', async (_name, reply) => {
    const { check, alarms } = await start(plain, reply);
    const got = await check();
    expect(got).toMatchObject({ kind: 'unavailable', fault: 'invalid_response', retryable: true });
    expect(alarms).toContainEqual(['partner_answer_unmapped', 'custom']);
  });

  it.each([['["accept"]'], ['"accept"'], ['null']])('%s is no JSON object', async (text) => {
    const { check } = await start(plain, JSON.parse(text));
    expect(await check()).toMatchObject({ kind: 'unavailable', fault: 'invalid_response' });
  });

  it('reviewers see numbers, flags and short texts, without card numbers', async () => {
    const evidence = {
      ...{ score: 'answer.score', flag: 'answer.flag', why: 'answer.why', all: 'answer.all' },
      ...{ nested: 'answer.nested', missing: 'answer.missing', whole: '1 + 1' },
    };
    const { check } = await start(
      { ...plain, evidence },
      {
        ...{ decision: 'review', score: 0.5, flag: true, nested: { a: 1 } },
        ...{ why: `card 4111111111111111 ${'x'.repeat(900)}`, all: ['a', 2, { b: 3 }] },
      },
    );
    const got = (await check()) as { evidence: Record<string, unknown> };
    expect(got.evidence).toMatchObject({ score: 0.5, flag: true, all: ['a', 2], whole: 2 });
    expect(Object.keys(got.evidence).toSorted()).toEqual(['all', 'flag', 'score', 'whole', 'why']);
    expect(String(got.evidence['why'])).not.toContain('4111111111111111');
    expect(String(got.evidence['why']).length).toBeLessThanOrEqual(200);
  });

  it('a healthy page is reported', async () => {
    const { client, calls } = await start({ ...plain, healthPath: '/health' });
    await client.probe(new AbortController().signal);
    expect(client.report().health).toMatchObject({ isHealthy: true });
    expect(calls.map(({ path }) => path)).toEqual(['/health']);
  });
});
