import { afterEach, describe, expect, it } from 'vitest';
import { yleoResults } from '../../contracts/yleo/response.js';
import type { PartnerAlarm } from '../../partners/call.js';
import { createYleo } from '../../partners/yleo/client.js';
import { contextWith, settingsWith, transactionWith } from './fixture.js';
import { answer, drip, type Handler, reset, serve } from './http-server.js';

const route =
  '/service-client-request/Yleo.Fraud.Client.DetailedFraudCheck.DetailedFraudCheckRequest';
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const check = async (
  handler: Handler,
  context = contextWith(),
  transaction = transactionWith(),
) => {
  const server = await serve(handler);
  const alarms: PartnerAlarm[] = [];
  const yleo = createYleo({
    baseUrl: server.url,
    settings: settingsWith(),
    alarm: (code) => alarms.push(code),
  });
  cleanups.push(server.close, yleo.close);
  return { given: await yleo.check(transaction, context), calls: server.calls, alarms };
};

const saying =
  (body: unknown, status = 200): Handler =>
  (_call, response) =>
    answer(response, status, body);

describe('a Yleo result', () => {
  it.each([
    ['Approved', 'accept', 'normal'],
    ['Review', 'review', 'normal'],
    ['Escalate', 'review', 'high'],
    ['NotPerformed', 'review', 'normal'],
    ['Declined', 'reject', 'normal'],
  ])('%s votes %s with %s priority', async (result, outcome, priority) => {
    const { given, calls, alarms } = await check(saying({ result, kountTransactionId: '0' }));
    expect(given).toMatchObject({
      kind: 'answered',
      partner: 'yleo',
      outcome,
      label: result,
      priority,
    });
    expect(calls.map((call) => call.path)).toEqual([route]);
    expect(alarms).toEqual([]);
  });

  it.each([
    ['76JG032JT7CD', '76JG032JT7CD'],
    ['0', undefined],
    ['', undefined],
    [' ', undefined],
    [null, undefined],
    [0, undefined],
    [{}, undefined],
  ])('with Kount transaction %j is explained by %s', async (kountTransactionId, expected) => {
    const { given } = await check(saying({ result: 'Approved', kountTransactionId }));
    expect(given).toMatchObject({ outcome: 'accept' });
    expect(given.kind === 'answered' && given.evidence['kountTransactionId']).toBe(expected);
  });

  it('never carries a card number on, even where Kount puts its number', async () => {
    const kountTransactionId = '4111111111111111';
    const { given } = await check(saying({ result: kountTransactionId, kountTransactionId }));
    expect(given).toMatchObject({ label: 'NotPerformed' });
    expect(JSON.stringify(given)).not.toContain('4111111111111111');
  });

  it.each(['approved', 'APPROVED', 'notPerformed', 'escalate', 'rEVIEW', 'declined'])(
    '%s is read whatever its case, and kept as documented',
    async (result) => {
      const { given, alarms } = await check(saying({ Result: result }));
      const label = yleoResults.find((known) => known.toLowerCase() === result.toLowerCase());
      expect(given).toMatchObject({ kind: 'answered', label, evidence: { result: label } });
      expect(alarms).toEqual([]);
    },
  );

  it('is stored in characters that can be stored, whatever Yleo wrote', async () => {
    const kountTransactionId = `76JG\u0000\ud83dT7CD${'x'.repeat(89)}\u{1f600}\u{1f600}`;
    const { given } = await check(saying({ result: 'a\u0000\udc00', kountTransactionId }));
    expect(given).toMatchObject({
      label: 'NotPerformed',
      evidence: {
        result: 'a\ufffd\ufffd',
        kountTransactionId: `76JG\ufffd\ufffdT7CD${'x'.repeat(89)}\u{1f600}`,
      },
    });
  });

  it.each([200, 201, 400, 404, 409, 500, 503])(
    'is read with status %i, whatever the case of its keys',
    async (status) => {
      for (const key of ['RESULT', 'result', 'rEsUlT']) {
        const { given } = await check(
          saying({ [key]: 'Declined', KountTransactionID: 'x' }, status),
        );
        expect(given, key).toMatchObject({ outcome: 'reject', label: 'Declined' });
      }
    },
  );

  it.each(['Maybe', 'Approved!', 'constructor'])(
    'that nobody documented (%s) is no check at all, and raises an alarm',
    async (result) => {
      const { given, alarms } = await check(saying({ result }));
      expect(given).toMatchObject({ outcome: 'review', label: 'NotPerformed' });
      expect(alarms).toEqual(['yleo_unknown_result']);
    },
  );

  it('records when a placeholder replaced the phone', async () => {
    const { given } = await check(saying({ result: 'Approved' }));
    expect(given).toMatchObject({ evidence: { result: 'Approved', isPhonePlaceholder: true } });
  });
});

describe('a Yleo exception', () => {
  it('that is transient is tried twice more, with the same ids each time', async () => {
    const { given, calls, alarms } = await check(
      saying({ condition: 'Transient', message: 'Failed' }),
    );
    expect(given).toMatchObject({
      kind: 'unavailable',
      fault: 'partner_transient',
      retryable: true,
    });
    expect(calls).toHaveLength(3);
    expect(alarms).toEqual([]);
    expect(new Set(calls.map((call) => JSON.stringify(call.body))).size).toBe(1);
  });

  it('that passes costs nothing but time', async () => {
    const { given } = await check((_call, response, attempt) => {
      answer(response, 200, attempt < 3 ? { Condition: 'Transient' } : { Result: 'Approved' });
    });
    expect(given).toMatchObject({ kind: 'answered', outcome: 'accept' });
  });

  it('is transient whatever the case of its condition', async () => {
    const { given, calls } = await check(saying({ Condition: 'transient' }));
    expect(given).toMatchObject({ fault: 'partner_transient', retryable: true });
    expect(calls).toHaveLength(3);
  });

  it.each([
    ['Permanent', 200],
    ['permanent', 400],
    ['Permanent', 500],
    ['Unheard-of', 200],
  ])(
    'that is %s (status %i) is never tried again and raises an alarm',
    async (condition, status) => {
      const body = { condition, message: 'Bad', result: 'Approved' };
      const { given, calls, alarms } = await check(saying(body, status));
      expect(given).toMatchObject({ fault: 'partner_permanent', retryable: false });
      expect(calls).toHaveLength(1);
      expect(alarms).toEqual(['partner_refused']);
    },
  );
});

describe('Yleo without a usable answer', () => {
  it.each<[string, Handler, string, boolean, number]>([
    ['an empty body', saying(''), 'invalid_response', true, 2],
    ['a body that is not JSON', saying('<html>'), 'invalid_response', true, 2],
    ['neither key', saying({ ok: true }), 'invalid_response', true, 2],
    ['a blank result', saying({ result: ' ' }), 'invalid_response', true, 2],
    ['an array', saying([]), 'invalid_response', true, 2],
    ['more than 1 MB', saying('x'.repeat(1_100_000)), 'invalid_response', true, 2],
    ['500', saying('', 500), 'server_error', true, 3],
    ['408', saying('', 408), 'server_error', true, 3],
    ['400', saying('', 400), 'refused', false, 1],
    ['404', saying('', 404), 'refused', false, 1],
    ['a reset', (_call, response) => reset(response), 'network', true, 3],
  ])('but %s', async (_name, handler, fault, retryable, tries) => {
    const { given, calls, alarms } = await check(handler);
    expect(given).toMatchObject({ kind: 'unavailable', partner: 'yleo', fault, retryable });
    expect(calls).toHaveLength(tries);
    expect(alarms).toEqual(fault === 'refused' ? ['partner_refused'] : []);
  });

  it.each(['', { condition: 'Transient' }])('raises an alarm for refused access', async (body) => {
    const { given, alarms } = await check(saying(body, 403));
    expect(given).toMatchObject({ fault: 'unauthorized', retryable: false });
    expect(alarms).toEqual(['partner_unauthorized']);
  });

  it('keeps the budget while it drips', async () => {
    const { given, calls } = await check(
      (_call, response) => drip(response),
      contextWith({ budgetMs: 250 }),
    );
    expect(given).toMatchObject({ kind: 'unavailable', fault: 'timeout' });
    expect(given.kind === 'unavailable' && given.latencyMs).toBeLessThan(4_000);
    expect(calls).toHaveLength(1);
  });

  it('is not called again before its Retry-After, nor after the budget', async () => {
    const { given, calls } = await check((_call, response) =>
      answer(response, 429, '', { 'retry-after': '30' }),
    );
    expect(given).toMatchObject({ fault: 'rate_limited' });
    expect(calls).toHaveLength(1);
  });
});

describe('an order that Yleo does not support', () => {
  it('gets no vote, no call and no alarm', async () => {
    const transaction = transactionWith({ order: { source: 'store' } });
    const { given, calls, alarms } = await check(
      saying({ result: 'Approved' }),
      undefined,
      transaction,
    );
    expect(given).toEqual({
      kind: 'not_applicable',
      partner: 'yleo',
      reason: 'source has no Yleo source id',
    });
    expect([calls, alarms]).toEqual([[], []]);
  });
});
