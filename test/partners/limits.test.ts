import { afterEach, describe, expect, it } from 'vitest';
import type { CheckContext } from '../../partners/call.js';
import { createAgent, postJson } from '../../partners/http.js';
import { createSardine } from '../../partners/sardine/client.js';
import { createYleo } from '../../partners/yleo/client.js';
import { Secret } from '../../runtime/secret.js';
import { ownCpuMs } from '../support/longest-stretch.js';
import { atOnce } from './at-once.js';
import { startDeafServer } from './deaf-server.js';
import { contextWith, settingsWith, transactionWith } from './fixture.js';
import type { Alarmed } from './guard-fixture.js';
import { answer, type Handler, serve } from './http-server.js';
import { unstalled } from './unstalled.js';

const sessionKey = '5ecf6502-e532-4738-aad5-7ac9701251dd';
const customers = '/v1/customers';
const risks = '/v1/issuing/risks';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

type Sections = Record<string, Record<string, unknown>>;

const clientsOf = (url: string, sections: Sections) => {
  const settings = settingsWith(sections);
  const alarms: Alarmed[] = [];
  const known = new Set<string>();
  const alarm = (...[code, fields]: Parameters<Parameters<typeof createYleo>[0]['alarm']>) =>
    void alarms.push([code, fields?.partner]);
  const sardine = createSardine({
    baseUrl: url,
    clientId: 'client',
    clientSecret: new Secret('secret'),
    settings,
    customerCache: {
      isKnown: async (key) => known.has(key),
      remember: async (key) => void known.add(key),
      forget: async (key) => void known.delete(key),
    },
    guestIdOf: (email) => `hmac-${email.length}`,
    alarm,
  });
  const yleo = createYleo({ baseUrl: url, settings, alarm });
  cleanups.push(sardine.close, yleo.close);
  return { sardine, yleo, alarms };
};

const good: Handler = (call, response) => {
  const isYleo = call.path?.includes('Yleo') === true;
  answer(
    response,
    200,
    isYleo ? { result: 'Approved' } : { status: 'success', sessionKey, level: 'low' },
  );
};
const failing: Handler = (_call, response) => answer(response, 500, '');

const start = async (handler: Handler, sections: Sections = {}) => {
  const server = await serve(handler);
  cleanups.push(server.close);
  const clients = clientsOf(server.url, sections);
  const check = (partner: 'sardine' | 'yleo', context: Partial<CheckContext> = {}) =>
    clients[partner].check(transactionWith(), contextWith(context));
  const paths = () => server.calls.map(({ path }) => path);
  return { ...clients, check, paths };
};

const timed = async <T>(run: () => Promise<T>) => {
  const startedAtMs = performance.now();
  const outcome = await run().catch((error: unknown) => error);
  return { outcome, tookMs: performance.now() - startedAtMs };
};

describe('the limit of a connection', () => {
  it('ends a connection that is neither accepted nor refused, long before the call’s own', async () => {
    const deaf = await startDeafServer();
    cleanups.push(deaf.close);
    const agent = createAgent({ connectMs: 300 });
    cleanups.push(() => agent.destroy());
    const { outcome, tookMs } = await timed(() =>
      postJson({
        ...{ agent, url: `${deaf.url}/`, headers: {}, body: {}, timeoutMs: 5_000 },
        signal: new AbortController().signal,
        expect: 'text',
      }),
    );
    expect(outcome).toMatchObject({ code: 'timeout', retryable: true });
    expect(tookMs).toBeGreaterThan(290);
    expect(tookMs).toBeLessThan(4_000);
  });

  it('is that of the settings for each partner', async () => {
    const deaf = await startDeafServer();
    cleanups.push(deaf.close);
    const { sardine, yleo } = clientsOf(deaf.url, {
      sardine: { connectMs: 1_200, ensureCustomer: false },
      yleo: { connectMs: 1_200 },
    });
    for (const partner of [sardine, yleo]) {
      const context = contextWith({ mode: 'background', budgetMs: 20_000 });
      const { outcome, tookMs } = await timed(() => partner.check(transactionWith(), context));
      expect(outcome).toMatchObject({ kind: 'unavailable', fault: 'timeout' });
      expect(tookMs).toBeGreaterThan(1_150);
      expect(tookMs).toBeLessThan(10_000);
    }
  });
});

describe('the limit of a call', () => {
  const hanging = () => undefined;

  it('ends each try of a check for an answer, however much budget is left', async () => {
    const sections = { sardine: { callMs: 150, ensureCustomer: false }, yleo: { callMs: 150 } };
    const { check } = await start(hanging, sections);
    for (const [partner, tries] of [
      ['sardine', 2],
      ['yleo', 3],
    ] as const) {
      const { outcome, tookMs } = await timed(() => check(partner, { budgetMs: 60_000 }));
      expect(outcome).toMatchObject({ kind: 'unavailable', fault: 'timeout' });
      expect(tookMs).toBeGreaterThan(150 * tries);
      expect(tookMs).toBeLessThan(8_000);
    }
  });

  it('holds for an introduction too', async () => {
    const { check } = await start(
      (call, response, attempt) => {
        if (call.path !== customers) good(call, response, attempt);
      },
      { sardine: { callMs: 150 } },
    );
    // The least of several: other work on the machine only adds.
    let leastMs = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 5 && leastMs > 390; run += 1) {
      const { outcome, tookMs } = await timed(() => check('sardine'));
      expect(outcome).toMatchObject({ kind: 'answered', evidence: { customer: 'timeout' } });
      leastMs = Math.min(leastMs, tookMs);
    }
    expect(leastMs).toBeLessThan(390);
  });

  it('does not end a background check, which has its whole budget', async () => {
    const { check } = await start(
      (call, response, attempt) => void setTimeout(() => good(call, response, attempt), 450),
      { sardine: { callMs: 100 }, yleo: { callMs: 100 } },
    );
    const context = { mode: 'background', budgetMs: 5_000 } as const;
    expect(await check('sardine', context)).toMatchObject({
      kind: 'answered',
      evidence: { customer: 'introduced' },
    });
    expect(await check('yleo', context)).toMatchObject({ kind: 'answered' });
  });

  it('is the budget of a background check', async () => {
    const { check } = await start(hanging);
    const { outcome, tookMs } = await timed(() =>
      check('yleo', { mode: 'background', budgetMs: 200 }),
    );
    expect(outcome).toMatchObject({ kind: 'unavailable', fault: 'timeout' });
    expect(tookMs).toBeLessThan(5_000);
  });
});

describe('a background check', () => {
  it('is one request, and is not tried again by itself', async () => {
    const { check, paths } = await start(failing, { sardine: { ensureCustomer: false } });
    for (const partner of ['sardine', 'yleo'] as const) {
      expect(await check(partner, { mode: 'background' })).toMatchObject({ kind: 'unavailable' });
    }
    expect(paths()).toHaveLength(2);
  });

  it('introduces a customer whom Sardine does not know, or not any more', async () => {
    const { check, paths } = await start((call, response, attempt) => {
      if (call.path === risks && attempt === 2) answer(response, 422, '');
      else good(call, response, attempt);
    });
    const context = { mode: 'background' } as const;
    expect(await check('sardine', context)).toMatchObject({ kind: 'answered' });
    expect(await check('sardine', context)).toMatchObject({ kind: 'answered' });
    expect(paths()).toEqual([customers, risks, risks, customers, risks]);
  });
});

describe('a check through its guard', () => {
  it('counts once, whatever its steps', async () => {
    const { check, sardine, yleo, paths } = await start(failing);
    for (let index = 0; index < 4; index += 1) {
      await Promise.all([check('sardine'), check('yleo')]);
    }
    // An introduction and two tries at Sardine, three tries at Yleo.
    expect(paths()).toHaveLength(4 * (3 + 3));
    expect([sardine.report().breaker, yleo.report().breaker]).toEqual(['closed', 'closed']);
    await Promise.all([check('sardine'), check('yleo')]);
    expect([sardine.report().breaker, yleo.report().breaker]).toEqual(['open', 'open']);
  });

  it('is unavailable at once while the breaker is open, and alarms name the partner', () =>
    unstalled(async () => {
      const { check, alarms, paths, sardine, yleo } = await start(failing);
      const clients = { sardine, yleo };
      for (let index = 0; index < 5; index += 1) {
        await Promise.all([check('sardine'), check('yleo')]);
      }
      expect(alarms).toHaveLength(2);
      expect(alarms).toContainEqual(['partner_breaker_open', 'sardine']);
      expect(alarms).toContainEqual(['partner_breaker_open', 'yleo']);
      const sent = paths().length;
      const transaction = transactionWith();
      const checks = 500;
      for (const partner of ['sardine', 'yleo'] as const) {
        const before = ownCpuMs();
        for (let index = 0; index < checks; index += 1) {
          const context = contextWith({});
          const ask = () => clients[partner].check(transaction, context);
          const { outcome, isAtOnce } = await atOnce(ask);
          expect(isAtOnce).toBe(true);
          expect(outcome, JSON.stringify(outcome)).toMatchObject({
            ...{ kind: 'unavailable', partner, fault: 'breaker_open', retryable: true },
          });
        }
        // Nor does a check compute for long: a millisecond of processor time on average.
        expect(ownCpuMs() - before).toBeLessThan(checks);
      }
      expect(paths()).toHaveLength(sent);
    }));

  it('waits for a rest that fits its budget, while all other checks are spared', async () => {
    let restAsked = (): void => undefined;
    const isRestAsked = new Promise<void>((resolve) => {
      restAsked = resolve;
    });
    const { check, paths, yleo } = await start((call, response, attempt) => {
      if (attempt > 1) return good(call, response, attempt);
      answer(response, 429, '', { 'retry-after': '1' });
      restAsked();
    });
    const patient = check('yleo');
    await isRestAsked;
    await expect.poll(() => yleo.report().holdOffUntil).not.toBeNull();
    for (const mode of ['answer', 'background'] as const) {
      expect(await check('yleo', { mode })).toMatchObject({ fault: 'rate_limited' });
    }
    expect(paths()).toHaveLength(1);
    expect(await patient).toMatchObject({ kind: 'answered' });
    expect(paths()).toHaveLength(2);
    expect(await check('yleo')).toMatchObject({ kind: 'answered' });
  });

  it.each([
    ['partner_unauthorized', 'sardine', 401],
    ['partner_unauthorized', 'yleo', 401],
  ] as const)('raises %s in the name of %s', async (code, partner, status) => {
    const { check, alarms } = await start((_call, response) => answer(response, status, ''));
    await check(partner);
    expect(alarms).toEqual([[code, partner]]);
  });

  it('does not blame Sardine for trouble with our own cache', async () => {
    const server = await serve(good);
    const broken = () => Promise.reject(new Error('Postgres is away'));
    const sardine = createSardine({
      baseUrl: server.url,
      clientId: 'client',
      clientSecret: new Secret('secret'),
      settings: settingsWith(),
      customerCache: { isKnown: broken, remember: broken, forget: broken },
      guestIdOf: (email) => email,
      alarm: () => undefined,
    });
    cleanups.push(sardine.close, server.close);
    expect(await sardine.check(transactionWith(), contextWith())).toMatchObject({
      kind: 'answered',
      evidence: { customer: 'introduced' },
    });
  });
});
