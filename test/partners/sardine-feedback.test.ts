import { afterEach, describe, expect, it } from 'vitest';
import { FeedbackRequest } from '../../contracts/sardine/request.js';
import { PartnerFault } from '../../partners/fault.js';
import { createSardine } from '../../partners/sardine/client.js';
import type { Feedback } from '../../partners/sardine/feedback.js';
import { Secret } from '../../runtime/secret.js';
import { startSimulators } from '../../simulators/server.js';
import { contextWith, settingsWith, transactionWith } from './fixture.js';
import type { Alarmed } from './guard-fixture.js';
import { answer, type Handler, serve } from './http-server.js';

const feedbacks = '/v1/feedbacks';
const approved = {
  id: 'tx_0f3b6c-final',
  transactionId: 'tx_0f3b6c',
  atMs: Date.UTC(2026, 10, 21),
  outcome: 'approved',
} as const;

type Outcome =
  | { outcome: 'approved' | 'declined' }
  | { outcome: 'chargeback' | 'dispute'; amount?: number };

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const clientOf = (baseUrl: string) => {
  const alarms: Alarmed[] = [];
  const sardine = createSardine({
    baseUrl,
    clientId: 'id',
    clientSecret: new Secret('secret'),
    settings: settingsWith(),
    customerCache: {
      isKnown: () => Promise.resolve(false),
      remember: () => Promise.resolve(),
      forget: () => Promise.resolve(),
    },
    guestIdOf: (email) => `hmac-${email.length}`,
    alarm: (code, fields) => void alarms.push([code, fields?.partner]),
  });
  cleanups.push(sardine.close);
  return { sardine, alarms };
};

const saying =
  (body: unknown, status = 200): Handler =>
  (_call, response) =>
    answer(response, status, body);

const start = async (handler: Handler = saying({ status: 'success' })) => {
  const server = await serve(handler);
  cleanups.push(server.close);
  const { sardine, alarms } = clientOf(server.url);
  const tell = (feedback: Feedback = approved, changes = {}, limits = {}) =>
    sardine
      .tell(transactionWith(changes), feedback, {
        timeoutMs: 2_000,
        signal: new AbortController().signal,
        ...limits,
      })
      .then(() => 'taken')
      .catch((error: unknown) => (error instanceof PartnerFault ? error.code : error));
  return { sardine, alarms, tell, calls: server.calls };
};

const authorization = { type: 'authorization', status: 'approved' };
const declined = {
  type: 'authorization',
  status: 'issuer_declined',
  reason: 'merchant_reject',
};
const chargeback = { type: 'settlement', status: 'chargeback' };

describe('feedback to Sardine', () => {
  it.each<[string, Outcome, object, number]>([
    ['an accepted order', { outcome: 'approved' }, authorization, 187.45],
    ['a rejected order', { outcome: 'declined' }, declined, 187.45],
    ['a chargeback', { outcome: 'chargeback' }, chargeback, 187.45],
    [
      'a dispute',
      { outcome: 'dispute', amount: 45.25 },
      { type: 'settlement', status: 'merchant_dispute' },
      45.25,
    ],
    ['a chargeback in part', { outcome: 'chargeback', amount: 45.25 }, chargeback, 45.25],
  ])(
    'of %s says what was settled for it, and nothing else',
    async (_of, outcome, words, amount) => {
      const { tell, calls } = await start();
      expect(await tell({ ...approved, ...outcome })).toBe('taken');
      expect(calls).toHaveLength(1);
      expect(calls[0]).toMatchObject({ method: 'POST', path: feedbacks });
      expect(calls[0]?.headers.authorization).toBe(`Basic ${btoa('id:secret')}`);
      expect(calls[0]?.headers['x-request-id']).toMatch(/^[A-Za-z0-9-]{1,72}$/);
      expect(FeedbackRequest.parse(calls[0]?.body)).toEqual({
        kind: 'issuing',
        customer: { id: 'A-553201' },
        transaction: { id: 'tx_0f3b6c', amount },
        feedback: {
          ...{ id: 'tx_0f3b6c-final', scope: 'transaction', timeMillis: approved.atMs },
          ...words,
        },
      });
    },
  );

  it.each([{}, { customer: { customerType: 'guest', accountId: '' } }])(
    'is about the customer and the transaction of the risk call: %j',
    async (changes) => {
      const { sardine, tell, calls } = await start();
      await sardine.check(transactionWith(changes), contextWith());
      await tell(approved, changes);
      const bodyAt = (path: string) => calls.find((call) => call.path === path)?.body;
      const risk = bodyAt('/v1/issuing/risks') as { customerId: string; transaction: object };
      expect(bodyAt(feedbacks)).toMatchObject({
        customer: { id: risk.customerId },
        transaction: { id: 'tx_0f3b6c' },
      });
      expect(risk.transaction).toMatchObject({ id: 'tx_0f3b6c' });
    },
  );

  it.each<[unknown, number, string]>([
    [{ status: 'SUCCESS' }, 200, 'taken'],
    [{ status: 'Timeout' }, 200, 'partner_transient'],
    [{ status: '' }, 200, 'partner_transient'],
    ['', 200, 'invalid_response'],
    [{}, 200, 'invalid_response'],
    [{ status: 'success' }, 500, 'server_error'],
    ['', 400, 'refused'],
    ['', 429, 'rate_limited'],
  ])('answered %j under %i is %s', async (body, status, expected) => {
    const { tell } = await start(saying(body, status));
    expect(await tell()).toBe(expected);
  });

  it('that Sardine does not authorise raises an alarm in its name', async () => {
    const { tell, alarms } = await start(saying('', 401));
    expect(await tell()).toBe('unauthorized');
    expect(alarms).toEqual([['partner_unauthorized', 'sardine']]);
  });

  it('ends with its own limit and with its caller', async () => {
    const caller = new AbortController();
    const reason = new Error('the worker shuts down');
    const { tell } = await start(() => caller.abort(reason));
    expect(await tell(approved, {}, { signal: caller.signal })).toBe(reason);
    expect(await tell(approved, {}, { timeoutMs: 100 })).toBe('timeout');
  });

  it("waits during the checks' hold-off, and its own failures never hold off checks", async () => {
    const failing = saying('', 500);
    const { sardine, tell, calls } = await start(failing);
    for (let index = 0; index < 20; index += 1) await tell();
    expect(sardine.report().breaker).toBe('closed');
    for (let index = 0; index < 5; index += 1) {
      await sardine.check(transactionWith(), contextWith());
    }
    expect(sardine.report().breaker).toBe('open');
    const sent = calls.length;
    expect(await tell()).toBe('breaker_open');
    expect(calls).toHaveLength(sent);
  });

  it('is accepted by the strict simulator, whatever its outcome', async () => {
    const simulators = await startSimulators({
      port: 0,
      credentials: { SARDINE_CLIENT_ID: 'id', SARDINE_CLIENT_SECRET: 'secret' },
      oms: { token: 'token' },
    });
    cleanups.push(() => simulators.close());
    const { sardine } = clientOf(`${simulators.url}/sardine`);
    const limits = { timeoutMs: 2_000, signal: new AbortController().signal };
    for (const outcome of ['approved', 'declined', 'chargeback', 'dispute'] as const) {
      await sardine.tell(transactionWith(), { ...approved, outcome }, limits);
    }
    const calls = await (await fetch(`${simulators.url}/_calls/sardine`)).json();
    expect(calls).toMatchObject(Array.from({ length: 4 }, () => ({ status: 200 })));
  });
});
