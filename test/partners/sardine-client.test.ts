import { afterEach, describe, expect, it } from 'vitest';
import type { CheckContext, PartnerAlarm } from '../../partners/call.js';
import type { CustomerCache } from '../../partners/description.js';
import { createSardine } from '../../partners/sardine/client.js';
import { Secret } from '../../runtime/secret.js';
import { contextWith, settingsWith, transactionWith } from './fixture.js';
import { answer, drip, type Handler, reset, serve } from './http-server.js';

const customers = '/v1/customers';
const risks = '/v1/issuing/risks';
const sessionKey = '5ecf6502-e532-4738-aad5-7ac9701251dd';
const success = { status: 'success', sessionKey, level: 'low' };

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const memoryCache = (): CustomerCache & { known: Set<string> } => {
  const known = new Set<string>();
  return {
    known,
    isKnown: async (key) => known.has(key),
    remember: async (key) => void known.add(key),
    forget: async (key) => void known.delete(key),
  };
};

const saying =
  (body: unknown, status = 200): Handler =>
  (_call, response) =>
    answer(response, status, body);

interface Routes {
  readonly onCustomer?: Handler;
  readonly onRisk?: Handler;
}

const start = async (routes: Routes, settings = settingsWith()) => {
  const onCustomer = routes.onCustomer ?? saying({ status: 'Success' });
  const onRisk = routes.onRisk ?? saying(success);
  const server = await serve((call, response, attempt) =>
    (call.path === customers ? onCustomer : onRisk)(call, response, attempt),
  );
  const alarms: PartnerAlarm[] = [];
  const customerCache = memoryCache();
  const sardine = createSardine({
    baseUrl: server.url,
    clientId: 'client',
    clientSecret: new Secret('s3cret'),
    settings,
    customerCache,
    guestIdOf: (email) => `hmac-${email.length}`,
    alarm: (code) => alarms.push(code),
  });
  cleanups.push(server.close, sardine.close);
  const check = (context: Partial<CheckContext> = {}, changes = {}) =>
    sardine.check(transactionWith(changes), contextWith(context));
  const paths = () => server.calls.map((call) => call.path);
  return { check, paths, calls: server.calls, alarms, known: customerCache.known };
};

describe('a Sardine level', () => {
  it.each([
    ['low', 'accept', 'low'],
    ['medium', 'accept', 'medium'],
    ['high', 'review', 'high'],
    ['unknown', 'review', 'unknown'],
    ['very_high', 'reject', 'very_high'],
    ['extreme', 'review', 'unknown'],
    [undefined, 'review', 'unknown'],
    [null, 'review', 'unknown'],
    [7, 'review', 'unknown'],
  ])('%s votes %s as %s', async (level, outcome, label) => {
    const { check, alarms } = await start({ onRisk: saying({ ...success, level }) });
    expect(await check()).toMatchObject({ kind: 'answered', partner: 'sardine', outcome, label });
    expect(alarms).toEqual([]);
  });

  it('decides alone: rules, checkpoints, AML level and score only explain', async () => {
    const explained = {
      ...success,
      status: 'SUCCESS',
      amlLevel: 'high',
      score: 98,
      checkpoints: { issuingrisk: { riskLevel: { value: 'very_high', ruleIds: [123, 'r-1'] } } },
      rules: [
        { id: 123, isLive: true, isAllowlisted: true, name: 'Card 4111 1111 1111 1111' },
        { id: 124, isLive: false, name: 'Shadow' },
      ],
      reasonCodes: ['ALWR', 'never seen before'],
    };
    const { check } = await start({ onRisk: saying(explained) });
    expect(await check()).toMatchObject({
      outcome: 'accept',
      priority: 'normal',
      evidence: {
        score: 98,
        amlLevel: 'high',
        reasonCodes: ['ALWR', 'never seen before'],
        rules: [
          {
            id: '123',
            name: expect.stringMatching(/^Card 411111\*+1111$/),
            isLive: true,
            isAllowlisted: true,
          },
          { id: '124', name: 'Shadow', isLive: false, isAllowlisted: false },
        ],
        checkpoints: { issuingrisk: { level: 'very_high', ruleIds: ['123', 'r-1'] } },
        customer: 'introduced',
      },
    });
  });

  it('has an explanation that can be stored, whatever Sardine wrote', async () => {
    const emoji = '\u{1f600}';
    const odd = {
      amlLevel: 'low\u0000',
      reasonCodes: ['AL\u0000WR', `\ud83d${'x'.repeat(198)}${emoji}${emoji}`],
      rules: [{ id: '\udc00', name: `${'x'.repeat(199)}${emoji}` }],
      checkpoints: { 'a\u0000\ud800': { riskLevel: { value: '\ud800', ruleIds: ['\u0000'] } } },
    };
    const { check } = await start({ onRisk: saying({ ...success, ...odd }) });
    expect(await check()).toMatchObject({
      outcome: 'accept',
      evidence: {
        amlLevel: 'low\ufffd',
        reasonCodes: ['AL\ufffdWR', `\ufffd${'x'.repeat(198)}${emoji}`],
        rules: [{ id: '\ufffd', name: `${'x'.repeat(199)}${emoji}` }],
        checkpoints: { 'a\ufffd\ufffd': { level: '\ufffd', ruleIds: ['\ufffd'] } },
      },
    });
  });

  it('survives an explanation of another shape', async () => {
    const odd = { score: 'high', amlLevel: 3, rules: 'none', checkpoints: [], reasonCodes: null };
    const { check } = await start({ onRisk: saying({ ...success, ...odd }) });
    expect(await check()).toMatchObject({ outcome: 'accept', evidence: { rules: [] } });
  });
});

describe('the calls to Sardine', () => {
  it('carry Basic auth and a request id of at most 72 letters, digits and dashes', async () => {
    const { check, calls } = await start({});
    await check({ transactionId: `tx_${'é/'.repeat(60)}` });
    expect(calls).toHaveLength(2);
    for (const { headers } of calls) {
      expect(headers.authorization).toBe(`Basic ${btoa('client:s3cret')}`);
      expect(headers['x-request-id']).toMatch(/^[A-Za-z0-9-]{1,72}$/);
    }
  });

  it('introduce a customer once, not with each order', async () => {
    const { check, paths } = await start({});
    await check();
    await check({ transactionId: 'tx_2', receivedAtMs: 1_800_000_000_000 });
    expect(paths()).toEqual([customers, risks, risks]);
  });

  it('introduce a customer again whose e-mail or card changed', async () => {
    const { check, paths } = await start({});
    await check();
    await check({}, { customer: { emailAddress: 'dana+new@example.com' } });
    await check({}, { card: { sardineCardId: 'other-card' } });
    expect(paths()).toEqual([customers, risks, customers, risks, customers, risks]);
  });

  it('introduce no customer when the settings say so', async () => {
    const settings = settingsWith({ sardine: { ensureCustomer: false } });
    const { check, paths } = await start({}, settings);
    expect(await check()).toMatchObject({ evidence: { customer: 'not_introduced' } });
    expect(paths()).toEqual([risks]);
  });

  it.each<[string, Handler, string, string[]]>([
    ['is refused', saying('', 400), 'refused', ['partner_refused']],
    ['is not let in', saying('', 401), 'unauthorized', ['partner_unauthorized']],
    ['fails', saying('', 500), 'server_error', []],
    ['is told Timeout', saying({ status: 'Timeout' }), 'partner_transient', []],
    ['is answered by nothing', saying(''), 'invalid_response', []],
    ['is reset', (_call, response) => reset(response), 'network', []],
  ])(
    'ask for the risk also when the introduction %s',
    async (_name, onCustomer, customer, told) => {
      const { check, paths, known, alarms } = await start({ onCustomer });
      expect(await check()).toMatchObject({ outcome: 'accept', evidence: { customer } });
      expect(paths()).toEqual([customers, risks]);
      expect(known.size).toBe(0);
      expect(alarms).toEqual(told);
    },
  );

  it.each([
    [5_000, 390, 2_400],
    [700, 340, 700],
  ])('leave a hanging introduction in time with %i ms', async (budgetMs, least, most) => {
    const { check } = await start({ onCustomer: () => undefined });
    const given = await check({ budgetMs });
    expect(given).toMatchObject({ outcome: 'accept', evidence: { customer: 'timeout' } });
    const latencyMs = given.kind === 'answered' ? given.latencyMs : 0;
    expect(latencyMs).toBeGreaterThanOrEqual(least);
    expect(latencyMs).toBeLessThan(most);
  });
});

describe('a customer that Sardine does not know', () => {
  it('any more is introduced again inside the same check', async () => {
    const { check, paths, known, alarms } = await start({
      onRisk: (_call, response, attempt) =>
        attempt === 2 ? answer(response, 422, '') : answer(response, 200, success),
    });
    await check();
    expect(await check()).toMatchObject({ outcome: 'accept' });
    expect(paths()).toEqual([customers, risks, risks, customers, risks]);
    expect(known.size).toBe(1);
    expect(alarms).toEqual([]);
  });

  it.each([400, 404])('is detected in a %i only with its code', async (status) => {
    const { check, paths } = await start({
      onRisk: (_call, response, attempt) => {
        const code = attempt < 4 ? 'unknown_customer' : 'invalid_request';
        if (attempt % 2 === 1) answer(response, 200, success);
        else answer(response, status, { code });
      },
    });
    await check();
    expect(await check()).toMatchObject({ outcome: 'accept' });
    expect(await check()).toMatchObject({ fault: 'refused' });
    expect(paths()).toEqual([customers, risks, risks, customers, risks, risks]);
  });

  it('right after the introduction is a refusal, and is forgotten', async () => {
    const { check, paths, known, alarms } = await start({ onRisk: saying('', 422) });
    expect(await check()).toMatchObject({ fault: 'refused', retryable: false });
    expect(paths()).toEqual([customers, risks]);
    expect(alarms).toEqual(['partner_refused']);
    expect(known.size).toBe(0);
  });

  it('because the introduction failed may be retried later', async () => {
    const { check } = await start({ onCustomer: saying('', 503), onRisk: saying('', 422) });
    expect(await check()).toMatchObject({ fault: 'server_error', retryable: true });
  });

  it('because the introduction was refused raises one alarm', async () => {
    const { check, alarms } = await start({ onCustomer: saying('', 400), onRisk: saying('', 422) });
    expect(await check()).toMatchObject({ fault: 'refused', retryable: false });
    expect(alarms).toEqual(['partner_refused']);
  });
});

describe('Sardine without a usable answer', () => {
  it.each<[string, Handler, string, boolean, number]>([
    ['an empty body', saying(''), 'invalid_response', true, 2],
    ['broken JSON', saying('{"status":"success"'), 'invalid_response', true, 2],
    ['more than 1 MB', saying('x'.repeat(1_100_000)), 'invalid_response', true, 2],
    ['a Timeout status', saying({ status: 'Timeout' }), 'partner_transient', true, 2],
    ['500', saying('', 500), 'server_error', true, 2],
    ['a reset', (_call, response) => reset(response), 'network', true, 2],
    ['400', saying('', 400), 'refused', false, 1],
  ])('but %s', async (_name, onRisk, fault, retryable, tries) => {
    const { check, paths, alarms } = await start({ onRisk });
    expect(await check()).toMatchObject({
      kind: 'unavailable',
      partner: 'sardine',
      fault,
      retryable,
    });
    expect(alarms).toEqual(fault === 'refused' ? ['partner_refused'] : []);
    expect(paths().filter((path) => path === risks)).toHaveLength(tries);
  });

  it.each([{ sessionKey: 'of another order' }, { sessionKey: undefined }])(
    'but the echo %j raises an alarm, and is not asked away',
    async (echo) => {
      const { check, alarms, paths } = await start({ onRisk: saying({ ...success, ...echo }) });
      expect(await check()).toMatchObject({ fault: 'wrong_echo' });
      expect(alarms).toEqual(['partner_wrong_echo']);
      expect(paths()).toEqual([customers, risks]);
    },
  );

  it('raises an alarm for refused credentials and does not try them again', async () => {
    const { check, alarms, paths } = await start({ onRisk: saying('', 401) });
    expect(await check()).toMatchObject({ fault: 'unauthorized', retryable: false });
    expect(alarms).toEqual(['partner_unauthorized']);
    expect(paths()).toEqual([customers, risks]);
  });

  it('keeps the budget while it drips', async () => {
    const { check } = await start({ onRisk: (_call, response) => drip(response) });
    const given = await check({ budgetMs: 250 });
    expect(given).toMatchObject({ kind: 'unavailable', fault: 'timeout' });
    expect(given.kind === 'unavailable' && given.latencyMs).toBeLessThan(4_000);
  });

  it('is not called again before its Retry-After', async () => {
    const { check, paths } = await start({
      onRisk: (_call, response) => answer(response, 429, '', { 'retry-after': '60' }),
    });
    expect(await check()).toMatchObject({ fault: 'rate_limited', retryable: true });
    expect(paths()).toEqual([customers, risks]);
  });

  it('throws the reason of a caller who cancels, and gives no answer for the order', async () => {
    const caller = new AbortController();
    const reason = new Error('the activity was cancelled');
    const { check } = await start({ onRisk: () => caller.abort(reason) });
    await expect(check({ signal: caller.signal })).rejects.toBe(reason);
  });
});

it('an AVS code that the dialect does not list raises an alarm', async () => {
  const { check, alarms } = await start({});
  await check({}, { creditCard: { avsResponse: '??' } });
  expect(alarms).toEqual(['avs_unknown_code']);
});
