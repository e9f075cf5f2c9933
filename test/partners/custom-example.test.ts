import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulators, startSimulators } from '../../simulators/server.js';
import { createClient, documented, secret } from './custom-fixture.js';
import { contextWith, transactionWith } from './fixture.js';
import { answer, serve } from './http-server.js';

const [own = {}, other = {}] = documented();

let simulators: Simulators;
beforeAll(async () => {
  simulators = await startSimulators({
    ...{ port: 0, oms: { token: 'token' }, credentials: { CUSTOM_SECRET: secret } },
  });
});
afterAll(() => simulators?.close());

describe('the example of docs/partners/custom.md', () => {
  it.each([
    ['ann@example.com', 'accept', 12],
    ['ann+custom-review@example.com', 'review', 61],
    ['ann+sardine-high+custom-reject@example.com', 'reject', 96],
  ])('gives for %s the vote %s', async (emailAddress, outcome, score) => {
    const { client, alarms } = createClient(`${simulators.url}/custom`, own);
    const got = await client.check(transactionWith({ customer: { emailAddress } }), contextWith());
    await client.probe(new AbortController().signal);
    const { health } = client.report();
    await client.close();
    expect(got).toMatchObject({ kind: 'answered', outcome, evidence: { score } });
    expect(health).toMatchObject({ isHealthy: true });
    expect(alarms).toEqual([]);
  });

  it('sends what it names and nothing else', async () => {
    const { client } = createClient(`${simulators.url}/custom`, own);
    await client.check(transactionWith(), contextWith());
    await client.close();
    const response = await fetch(`${simulators.url}/_calls/custom`);
    const calls = (await response.json()) as { path: string; body: object }[];
    expect(calls.at(-1)?.path).toBe('/custom/decisions');
    expect(calls.at(-1)?.body).toMatchObject({
      ...{ model: 'checkout-2', orderId: '81004517', channel: 'web', total: 187.45, ourScore: 12 },
      customer: { id: 'A-553201', email: 'dana.whitfield@example.com', ip: '73.44.18.201' },
      card: { first6: '411111', last4: '1111', avs: ['match', 'match'] },
      shipTo: { postalCode: '60202', country: 'US', sameAsBilling: true },
      products: [
        { sku: 9200411, name: 'Wool crewneck sweater', price: 97, quantity: 1 },
        { sku: 9200977, name: 'Leather belt', price: 45.25, quantity: 2 },
      ],
    });
  });
});

describe('the example for a service that names an action', () => {
  it.each([
    ['ACCEPT', { kind: 'answered', outcome: 'accept', evidence: { action: 'ACCEPT', score: 5 } }],
    ['HOLD', { kind: 'answered', outcome: 'review' }],
    ['REJECT', { kind: 'answered', outcome: 'reject' }],
    ['PENDING', { kind: 'unavailable', fault: 'invalid_response' }],
  ])('reads %s', async (checkpointAction, expected) => {
    const server = await serve((_call, response) =>
      answer(response, 200, { decision: { checkpointAction, score: 5 } }),
    );
    const { client } = createClient(server.url, other);
    const got = await client.check(transactionWith(), contextWith());
    await client.close();
    await server.close();
    expect(got).toMatchObject(expected);
    expect(server.calls[0]?.body).toMatchObject({ purchase: { totalPrice: 187.45 } });
  });
});
