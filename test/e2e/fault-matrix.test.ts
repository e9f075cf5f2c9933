import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  partnerDeclarations,
  type VotingPartner,
  votingPartners,
} from '../../contracts/voting-partners.js';
import type { PartnerAnswer, PartnerFaultCode } from '../../domain/votes.js';
import { workflowIdOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { makeSettingsFile, patientGuard } from '../support/settings-file.js';
import { type Stack, startStack } from '../support/stack.js';
import type { Json } from '../support/transactions.js';
import { until } from '../support/until.js';

const budgetMs = 1000;

/** By contract. An idle machine needs 100 ms above the budget: docs/performance.md. */
const deadlineMs = budgetMs + 1000;

const passes = 'is accepted by itself';
const stays = 'waits for a person and is not asked about again';
const insists = 'waits for a person, and is asked about again in vain';

interface Row {
  readonly what: string;
  /** Set in the simulator; undefined where a tag of the e-mail address causes the fault. */
  readonly fault?: unknown;
  readonly tags?: string;
  readonly code: PartnerFaultCode;
  /** The fault when the partner is asked again during the hold-off that it asked for. */
  readonly codeAtRest?: PartnerFaultCode;
  /** How the order ends once the partner is well again. */
  readonly later: typeof passes | typeof stays | typeof insists;
}

const anyPartner: readonly Row[] = [
  { what: 'slow', fault: { latencyMs: 5000 }, code: 'timeout', later: passes },
  {
    what: 'slow, by distribution',
    fault: { latencyMs: { p50Ms: 3000, p99Ms: 6000 } },
    code: 'timeout',
    later: passes,
  },
  { what: 'hangs', fault: { connection: 'hang' }, code: 'timeout', later: passes },
  { what: 'resets', fault: { connection: 'reset' }, code: 'network', later: passes },
  { what: 'drips', fault: { body: 'dripping' }, code: 'timeout', later: passes },
  { what: 'empty body', fault: { body: 'empty' }, code: 'invalid_response', later: passes },
  { what: 'broken JSON', fault: { body: 'broken' }, code: 'invalid_response', later: passes },
  { what: 'HTML', fault: { body: 'html' }, code: 'invalid_response', later: passes },
  { what: '4 MB', fault: { body: 'oversized' }, code: 'invalid_response', later: passes },
  { what: '401', fault: { status: 401 }, code: 'unauthorized', later: passes },
  { what: '403', fault: { status: 403 }, code: 'unauthorized', later: passes },
];

/** Final refusals come first: a later row's order must not be asked about again under them. */
const matrix: Readonly<Record<VotingPartner, readonly Row[]>> = {
  // All others: test/partners/custom-faults.test.ts.
  custom: [{ what: 'hangs', fault: { connection: 'hang' }, code: 'timeout', later: passes }],
  sardine: [
    { what: '400', fault: { status: 400 }, code: 'refused', later: stays },
    { what: '404', fault: { status: 404 }, code: 'refused', later: stays },
    { what: '422', fault: { status: 422 }, code: 'refused', later: stays },
    ...anyPartner,
    { what: 'other session', fault: { body: 'wrong-echo' }, code: 'wrong_echo', later: passes },
    { what: '408', fault: { status: 408 }, code: 'server_error', later: passes },
    { what: '500', fault: { status: 500 }, code: 'server_error', later: passes },
    { what: '503', fault: { status: 503 }, code: 'server_error', later: passes },
    {
      what: '429 for a second',
      fault: { status: 429, retryAfter: '1' },
      code: 'rate_limited',
      later: passes,
    },
  ],
  yleo: [
    { what: 'Permanent', tags: '+yleo-permanent', code: 'partner_permanent', later: stays },
    { what: '400', fault: { status: 400 }, code: 'partner_permanent', later: stays },
    { what: '404', fault: { status: 404 }, code: 'partner_permanent', later: stays },
    { what: 'Transient', tags: '+yleo-transient', code: 'partner_transient', later: insists },
    ...anyPartner,
    { what: '500', fault: { status: 500 }, code: 'partner_transient', later: passes },
    {
      what: '503, HTML',
      fault: { status: 503, body: 'html' },
      code: 'server_error',
      later: passes,
    },
    {
      what: '429, HTML',
      fault: { status: 429, body: 'html' },
      code: 'rate_limited',
      later: passes,
    },
    {
      what: '429 for a second',
      fault: { status: 429, retryAfter: '1' },
      code: 'partner_transient',
      codeAtRest: 'rate_limited',
      later: passes,
    },
  ],
};

/** Each banner asks one partner only, so that all columns are measured at the same time. */
const bannerOf = { sardine: 's5a', yleo: 'o5a', custom: 'lat' } as const;
const titleOf = Object.fromEntries(
  votingPartners.map((name) => [name, partnerDeclarations[name].title]),
) as Readonly<Record<VotingPartner, string>>;

type Partner = keyof typeof matrix;
const cells = Object.entries(matrix).flatMap(([partner, rows]) =>
  rows.map((row) => [partner as Partner, row.what, row] as const),
);

interface Measured {
  readonly body: Json;
  readonly transactionId: string;
  readonly status: number;
  readonly outcome: string;
  readonly remarks: string;
  readonly elapsedMs: number;
}

let stack: Stack;
const settings = makeSettingsFile({
  sardine: { guard: patientGuard },
  yleo: { guard: patientGuard },
  custom: {
    guard: patientGuard,
    body: { orderId: '$order.id', email: '$customer.email' },
    vote: 'answer.decision',
  },
});
const measured = new Map<string, Measured>();
const measuredOf = (partner: string, what: string): Measured => {
  const found = measured.get(`${partner} ${what}`);
  if (found === undefined) throw new Error('this row was not measured');
  return found;
};

const measure = async (partner: Partner, { what, fault, tags }: Row): Promise<void> => {
  await stack.setFault(partner, fault);
  const body = order({ banner: bannerOf[partner] }, tags);
  const startedMs = performance.now();
  const reply = await stack.post('/transaction', body);
  const elapsedMs = performance.now() - startedMs;
  const answer = reply.json as Record<string, string>;
  measured.set(`${partner} ${what}`, {
    body,
    transactionId: answer['transactionId'] ?? '',
    status: reply.status,
    outcome: answer['recommendationCode'] ?? reply.text,
    remarks: answer['remarks'] ?? '',
    elapsedMs,
  });
};

const lookersOf = (partner: Partner, body: Json, transactionId: string) => ({
  statusOf: async (): Promise<string> =>
    ((await stack.get(`/transaction/${transactionId}`)).json as { status: string }).status,
  timers: async (): Promise<number> => {
    const { events } = await stack.temporal.workflow.getHandle(workflowIdOf(body)).fetchHistory();
    return (events ?? []).filter((event) => event.timerStartedEventAttributes).length;
  },
  calls: async (): Promise<number> =>
    (await stack.calls(partner)).filter((call) =>
      JSON.stringify(call.body).includes(String(body['orderId'])),
    ).length,
});

const warmUp = async (): Promise<void> => {
  for (const banner of Object.values(bannerOf)) {
    await until('the policy is in force', async () => {
      const { json } = await stack.post('/transaction', order({ banner }));
      return (json as { remarks: string }).remarks.includes('was not asked');
    });
  }
};

beforeAll(async () => {
  stack = await startStack({
    DECISION_BUDGET_MS: String(budgetMs),
    VERDICT_SETTINGS: settings.path,
    CUSTOM_URL: '{simulators}/custom',
  });
  const off = { enabled: false };
  for (const [partner, banner] of Object.entries(bannerOf)) {
    const others = votingPartners.filter((name) => name !== partner);
    const partners = Object.fromEntries(others.map((name) => [name, off]));
    await stack.put(`/v1/policies/${banner}`, { policy: { partners }, note: 'a test' }, 'analyst');
  }
  await warmUp();
  const partners = Object.keys(matrix) as Partner[];
  await Promise.all(
    partners.map(async (partner) => {
      for (const row of matrix[partner]) await measure(partner, row);
      await stack.setFault(partner, undefined);
    }),
  );
});

afterAll(async () => {
  await stack?.stop();
  settings.remove();
  const lines = cells.map(([partner, what]) => {
    const { outcome = '-', elapsedMs = 0 } = measured.get(`${partner} ${what}`) ?? {};
    const got = `${outcome.padEnd(7)} ${Math.round(elapsedMs)} ms`;
    return `${partner.padEnd(8)} ${what.padEnd(22)} ${got}`;
  });
  process.stdout.write(`fault matrix, budget ${budgetMs} ms\n${lines.join('\n')}\n`);
});

describe.each(cells)('%s: %s', (partner, what, row) => {
  const { code, codeAtRest = code, later } = row;

  it('the caller gets a review that names the partner and the fault', () => {
    const { status, outcome, remarks } = measuredOf(partner, what);
    expect([status, outcome]).toEqual([200, 'review']);
    const sentences = [code, codeAtRest].map(
      (fault) => `${titleOf[partner]} was unavailable (${fault}).`,
    );
    expect(sentences.some((sentence) => remarks.includes(sentence))).toBe(true);
  });

  it('and gets it in time', () => {
    expect(measuredOf(partner, what).elapsedMs).toBeLessThan(deadlineMs);
  });

  it('the fault is stored with the decision, and no invalid answer is stored', async () => {
    const { transactionId } = measuredOf(partner, what);
    const { rows } = await stack.db.query<{ answers: PartnerAnswer[] }>(
      'select partner_answers as answers from decisions where transaction_id = $1',
      [transactionId],
    );
    const stored = rows[0]?.answers.find((answer) => answer.partner === partner);
    expect(stored).toMatchObject({ kind: 'unavailable' });
    expect([code, codeAtRest]).toContain(stored?.kind === 'unavailable' ? stored.fault : undefined);
  });

  it(`later, with the partner well again, the order ${later}`, async () => {
    const { body, transactionId } = measuredOf(partner, what);
    const { statusOf, timers, calls } = lookersOf(partner, body, transactionId);
    if (later === passes) {
      await until('it is accepted', async () => (await statusOf()) === 'processed');
      return;
    }
    // Asking again begins with a timer of its own beside the reviewers' reminder.
    const isAskedOnce = (await timers()) === 1;
    if (later === insists) await until('it is asked again', async () => (await calls()) > 1);
    expect(isAskedOnce).toBe(later === stays);
    expect(await statusOf()).toBe('in_review');
  });
});

describe('a partner that refuses our access', () => {
  it.each(['sardine', 'yleo'])('raises an alarm that names %s', async (partner) => {
    await stack.expectPrinted('"partner_unauthorized"', `"partner":"${partner}"`);
  });
});
