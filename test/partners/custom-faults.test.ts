import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PartnerFaultCode } from '../../domain/votes.js';
import type { PartnerAlarm } from '../../partners/call.js';
import { type Simulators, startSimulators } from '../../simulators/server.js';
import { createClient, plain, secret } from './custom-fixture.js';
import { contextWith, transactionWith } from './fixture.js';

/** A short budget where the fault is to end it, a long one where a slow machine must not end it. */
const budgetMsFor = (code: unknown): number => (code === 'timeout' ? 400 : 5_000);

type Row = readonly [
  what: string,
  fault: object,
  code: PartnerFaultCode,
  isAskedAgain: boolean,
  alarm?: PartnerAlarm,
];

const matrix: readonly Row[] = [
  ['slow', { latencyMs: 60_000 }, 'timeout', true],
  ['hangs', { connection: 'hang' }, 'timeout', true],
  ['drips', { body: 'dripping' }, 'timeout', true],
  ['resets', { connection: 'reset' }, 'network', true],
  ['empty body', { body: 'empty' }, 'invalid_response', true],
  ['broken JSON', { body: 'broken' }, 'invalid_response', true],
  ['HTML', { body: 'html' }, 'invalid_response', true],
  ['4 MB', { body: 'oversized' }, 'invalid_response', true],
  [
    'no vote',
    { fields: { decision: 'perhaps' } },
    'invalid_response',
    true,
    'partner_answer_unmapped',
  ],
  ['101 kB', { fields: { padding: 'x'.repeat(101_000) } }, 'invalid_response', true],
  ['400', { status: 400 }, 'refused', false, 'partner_refused'],
  ['404', { status: 404 }, 'refused', false, 'partner_refused'],
  ['a redirect', { status: 302 }, 'refused', false, 'partner_refused'],
  ['401', { status: 401 }, 'unauthorized', false, 'partner_unauthorized'],
  ['403', { status: 403 }, 'unauthorized', false, 'partner_unauthorized'],
  ['408', { status: 408 }, 'server_error', true],
  ['500', { status: 500 }, 'server_error', true],
  ['503 with HTML', { status: 503, body: 'html' }, 'server_error', true],
  ['429', { status: 429 }, 'rate_limited', true],
];

let simulators: Simulators;
beforeAll(async () => {
  simulators = await startSimulators({
    ...{ port: 0, oms: { token: 'token' }, credentials: { CUSTOM_SECRET: secret } },
  });
});
afterAll(() => simulators?.close());

const setFault = (fault: unknown) =>
  fetch(`${simulators.url}/_faults/custom`, {
    method: fault === undefined ? 'DELETE' : 'PUT',
    ...(fault === undefined ? {} : { body: JSON.stringify(fault) }),
  });

describe.each(matrix)('the custom partner: %s', (_what, fault, code, retryable, alarm) => {
  it('is unavailable in time, never a vote, and answers when it is well again', async () => {
    const { client, alarms } = createClient(`${simulators.url}/custom`, plain);
    expect((await setFault(fault)).status).toBe(200);
    const budgetMs = budgetMsFor(code);
    const startedAtMs = performance.now();
    const got = await client.check(transactionWith(), contextWith({ budgetMs }));
    const tookMs = performance.now() - startedAtMs;
    await setFault(undefined);
    const later = await client.check(transactionWith(), contextWith({ mode: 'background' }));
    await client.close();
    expect(got).toMatchObject({ kind: 'unavailable', partner: 'custom', fault: code, retryable });
    expect(tookMs).toBeLessThan(budgetMs + 4_000);
    expect(new Set(alarms.map(([name]) => name))).toEqual(new Set(alarm ? [alarm] : []));
    expect(later).toMatchObject({ kind: 'answered', outcome: 'accept' });
  });
});

describe('its guard', () => {
  it('leaves it alone for as long as it asks', async () => {
    const { client } = createClient(`${simulators.url}/custom`, plain);
    await setFault({ status: 429, retryAfter: '30' });
    await client.check(transactionWith(), contextWith());
    await setFault(undefined);
    const got = await client.check(transactionWith(), contextWith());
    const { holdOffUntil } = client.report();
    await client.close();
    expect(got).toMatchObject({ kind: 'unavailable', fault: 'rate_limited' });
    expect(holdOffUntil).not.toBeNull();
  });

  it('opens its breaker after failures in a row, and runs no more checks than it has places', async () => {
    const breaker = { consecutiveFailures: 2 };
    const guard = { answersAtOnce: 1, breaker };
    const { client, alarms } = createClient(`${simulators.url}/custom`, { ...plain, guard });
    await setFault({ status: 500, latencyMs: 100 });
    const check = () => client.check(transactionWith(), contextWith());
    const both = await Promise.all([check(), check()]);
    const faults = [...both, await check(), await check()].map((got) =>
      got.kind === 'unavailable' ? got.fault : got.kind,
    );
    await setFault(undefined);
    await client.close();
    expect(faults).toEqual(['server_error', 'overloaded', 'server_error', 'breaker_open']);
    expect(alarms).toEqual([['partner_breaker_open', 'custom']]);
  });
});
