import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PartnerAlarm } from '../../partners/call.js';
import { createOms, OmsUnavailable } from '../../partners/oms/client.js';
import { createSardine } from '../../partners/sardine/client.js';
import { createYleo } from '../../partners/yleo/client.js';
import { Secret } from '../../runtime/secret.js';
import { type Simulators, startSimulators } from '../../simulators/server.js';
import { belt, contextWith, home, settingsWith, transactionWith } from './fixture.js';

type Changes = Parameters<typeof transactionWith>[0];

const alarms: PartnerAlarm[] = [];
const known = new Set<string>();
let simulators: Simulators;
let partners: ReturnType<typeof createPartners>;

const alarm = (code: PartnerAlarm): void => void alarms.push(code);

const createPartners = (url: string) => {
  const settings = settingsWith();
  return {
    sardine: createSardine({
      baseUrl: `${url}/sardine`,
      clientId: 'id',
      clientSecret: new Secret('secret'),
      settings,
      customerCache: {
        isKnown: async (key) => known.has(key),
        remember: async (key) => void known.add(key),
        forget: async (key) => void known.delete(key),
      },
      guestIdOf: (email) => Buffer.from(email).toString('hex').slice(0, 64),
      alarm,
    }),
    yleo: createYleo({ baseUrl: `${url}/yleo`, settings, alarm }),
    oms: createOms({ baseUrl: `${url}/oms`, token: new Secret('token') }),
  };
};

const start = (port: number) =>
  startSimulators({
    port,
    credentials: { SARDINE_CLIENT_ID: 'id', SARDINE_CLIENT_SECRET: 'secret' },
    oms: { token: 'token' },
  });

beforeEach(async () => {
  simulators = await start(0);
  partners = createPartners(simulators.url);
});
afterEach(async () => {
  await simulators.close();
  await Promise.all(Object.values(partners).map((partner) => partner.close()));
  known.clear();
  alarms.length = 0;
});

const steer = async (method: 'PUT' | 'GET', path: string, body?: unknown) => {
  const response = await request(`${simulators.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  expect(response.statusCode).toBe(200);
  return JSON.parse(await response.body.text());
};

const ask = (partner: 'sardine' | 'yleo', changes?: Changes, budgetMs = 5_000) =>
  partners[partner].check(transactionWith(changes), contextWith({ budgetMs }));

const orders: [string, Changes][] = [
  ['a plain web order', {}],
  ['a guest', { customer: { customerType: 'guest', accountId: '' } }],
  ['a guest without an e-mail', { customer: { customerType: 'guest', emailAddress: '' } }],
  [
    'an order without any optional data',
    {
      order: { promos: null, additionalData: null, ipAddress: null, salesRep: null, items: [belt] },
      creditCard: { merchantId: null, registerNumber: null },
    },
  ],
  [
    'a Canadian order',
    {
      order: {
        banner: 'bay',
        currencyCode: 'CAD',
        items: [{ ...belt, shippingAddress: { ...home, state: 'Québec', country: 'Canada' } }],
      },
      creditCard: { billingAddress: { ...home, state: 'Ontario', country: 'CAN' } },
    },
  ],
  [
    'an over-long order',
    {
      order: { items: [{ ...belt, description: 'd'.repeat(5_000) }] },
      creditCard: {
        billingAddress: { ...home, streetLineOne: 's'.repeat(500), zip: '9'.repeat(11).repeat(5) },
      },
      customer: { accountId: 'a'.repeat(500), firstName: 'f'.repeat(500) },
    },
  ],
  [
    'a declined and unverified card',
    {
      creditCard: { responseCode: 5, avsResponse: '', cardType: 'Saks', authorizedAmount: 0 },
    },
  ],
];

describe('the strict simulators', () => {
  it.each(orders)('accept %s at Sardine', async (_name, changes) => {
    expect(await ask('sardine', changes)).toMatchObject({ kind: 'answered', outcome: 'accept' });
  });

  it.each(orders)('accept %s at Yleo', async (_name, changes) => {
    expect(await ask('yleo', changes)).toMatchObject({ kind: 'answered', outcome: 'accept' });
  });

  it('accept a store order at Sardine', async () => {
    const changes = { order: { source: 'store' } };
    expect(await ask('sardine', changes)).toMatchObject({ kind: 'answered', outcome: 'accept' });
  });

  it.each([
    ['sardine', 'sardine-medium', 'accept', 'medium'],
    ['sardine', 'sardine-high', 'review', 'high'],
    ['sardine', 'sardine-very_high', 'reject', 'very_high'],
    ['sardine', 'sardine-unknown', 'review', 'unknown'],
    ['yleo', 'yleo-declined', 'reject', 'Declined'],
    ['yleo', 'yleo-review', 'review', 'Review'],
    ['yleo', 'yleo-escalate', 'review', 'Escalate'],
    ['yleo', 'yleo-notperformed', 'review', 'NotPerformed'],
  ] as const)('let %s answer the tag +%s', async (partner, tag, outcome, label) => {
    const given = await ask(partner, { customer: { emailAddress: `ann+${tag}@example.com` } });
    expect(given).toMatchObject({ kind: 'answered', outcome, label });
  });

  it.each([
    ['yleo-transient', 'partner_transient', true, 3],
    ['yleo-permanent', 'partner_permanent', false, 1],
  ])('let Yleo fail at the tag +%s', async (tag, fault, retryable, tries) => {
    const given = await ask('yleo', { customer: { emailAddress: `ann+${tag}@example.com` } });
    expect(given).toMatchObject({ kind: 'unavailable', fault, retryable });
    expect(await steer('GET', '/_calls/yleo')).toHaveLength(tries);
  });

  it('forget all customers with a restart, and Sardine still answers the next order', async () => {
    const { port } = simulators;
    await ask('sardine');
    await simulators.close();
    simulators = await start(port);
    expect(await ask('sardine')).toMatchObject({
      outcome: 'accept',
      evidence: { customer: 'introduced' },
    });
  });
});

const faults: [object, string, string][] = [
  [{ status: 500 }, 'server_error', 'partner_transient'],
  [{ status: 429, retryAfter: '30' }, 'rate_limited', 'partner_transient'],
  [{ status: 401 }, 'unauthorized', 'unauthorized'],
  [{ status: 400 }, 'refused', 'partner_permanent'],
  [{ body: 'empty' }, 'invalid_response', 'invalid_response'],
  [{ body: 'broken' }, 'invalid_response', 'invalid_response'],
  [{ body: 'html' }, 'invalid_response', 'invalid_response'],
  [{ body: 'oversized' }, 'invalid_response', 'invalid_response'],
  [{ body: 'dripping' }, 'timeout', 'timeout'],
  [{ latencyMs: 60_000 }, 'timeout', 'timeout'],
  [{ connection: 'hang' }, 'timeout', 'timeout'],
  [{ connection: 'reset' }, 'network', 'network'],
];

/** A short one where it is meant to pass, a long one where a slow machine must not exceed it. */
const budgetMsFor = (fault: string): number => (fault === 'timeout' ? 500 : 5_000);

describe('a fault on demand', () => {
  it.each(faults)('%j at Sardine is %s', async (plan, fault) => {
    await steer('PUT', '/_faults/sardine', plan);
    const given = await ask('sardine', {}, budgetMsFor(fault));
    expect(given).toMatchObject({ kind: 'unavailable', partner: 'sardine', fault });
    expect(given.kind === 'unavailable' && given.latencyMs).toBeLessThan(
      budgetMsFor(fault) + 4_000,
    );
  });

  it.each(faults)('%j at Yleo (not %s) is %s', async (plan, _atSardine, fault) => {
    await steer('PUT', '/_faults/yleo', plan);
    const given = await ask('yleo', {}, budgetMsFor(fault));
    expect(given).toMatchObject({ kind: 'unavailable', partner: 'yleo', fault });
    expect(given.kind === 'unavailable' && given.latencyMs).toBeLessThan(
      budgetMsFor(fault) + 4_000,
    );
  });

  it('that mixes up answers is detected at Sardine and raises an alarm', async () => {
    await steer('PUT', '/_faults/sardine', { body: 'wrong-echo', path: 'risks' });
    expect(await ask('sardine')).toMatchObject({ kind: 'unavailable', fault: 'wrong_echo' });
    expect(alarms).toEqual(['partner_wrong_echo']);
  });
});

const recordOf = (recommendationCode: 'accept' | 'reject') => {
  const { card: _card, ...transaction } = transactionWith();
  return {
    transactionId: 'tx_1',
    transaction: { ...transaction, creditCard: { ...transaction.creditCard, authCode: '' } },
    decision: { transactionId: 'tx_1', recommendationCode, totalScore: 0 },
  };
};

const settle = (action: 'process' | 'cancel', key: string) =>
  partners.oms.settle({
    action,
    orderId: '81004517',
    record: recordOf(action === 'process' ? 'accept' : 'reject'),
    idempotencyKey: `${key}:${action}`,
    timeoutMs: 5_000,
    signal: new AbortController().signal,
  });

describe('the simulated OMS', () => {
  it('carries out a settlement once, and reports its repeat', async () => {
    expect(await settle('process', 's5a:81004517:1')).toEqual({ kind: 'done' });
    expect(await settle('process', 's5a:81004517:1')).toEqual({ kind: 'done' });
    const calls = await steer('GET', '/_calls/oms');
    expect(calls.map((call: { status: number }) => call.status)).toEqual([200, 409]);
  });

  it('refuses the opposite action', async () => {
    await settle('cancel', 's5a:81004517:2');
    expect(await settle('process', 's5a:81004517:2')).toMatchObject({
      kind: 'refused',
      status: 422,
    });
  });

  it.each([{ status: 503, retryAfter: '3' }, { status: 401 }, { connection: 'reset' }])(
    'leaves the order waiting at %j',
    async (plan) => {
      await steer('PUT', '/_faults/oms', plan);
      await expect(settle('process', 's5a:81004517:3')).rejects.toBeInstanceOf(OmsUnavailable);
    },
  );

  it('acts once although its first answer is lost', async () => {
    await steer('PUT', '/_faults/oms', { connection: 'reset', actsFirst: true, times: 1 });
    await expect(settle('process', 's5a:81004517:4')).rejects.toBeInstanceOf(OmsUnavailable);
    expect(await settle('process', 's5a:81004517:4')).toEqual({ kind: 'done' });
  });
});
