import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { isStorable, parseWire } from '../../../contracts/faults.js';
import { FraudAlertEventInput } from '../../../contracts/sparkfly/event.js';
import { createOms, OmsUnavailable } from '../../../partners/oms/client.js';
import { PartnerFault } from '../../../partners/fault.js';
import { createSardine } from '../../../partners/sardine/client.js';
import { createSparkfly } from '../../../partners/sparkfly/client.js';
import { SparkflyFault } from '../../../partners/sparkfly/fault.js';
import { createYleo } from '../../../partners/yleo/client.js';
import { Secret } from '../../../runtime/secret.js';
import { createClient } from '../../partners/custom-fixture.js';
import { contextWith, settingsWith, transactionWith } from '../../partners/fixture.js';
import { patientGuard } from '../../support/settings-file.js';
import { canary, canaryPan, withEdits } from '../odd-json.js';
import { claim, claimSecret, held } from '../claims.js';
import { createCounts, type Target } from '../target.js';
import { bytesOf, jsonText } from '../wire-text.js';

const sessionKey = '5ecf6502-e532-4738-aad5-7ac9701251dd';

const clients = ['sardine', 'yleo', 'custom', 'oms', 'sparkfly'] as const;
type ClientName = (typeof clients)[number];

/** Answers as the partners document them. */
const documented: Readonly<Record<ClientName, readonly unknown[]>> = {
  sardine: [
    { status: 'success', sessionKey, level: 'low' },
    {
      ...{ status: 'Success', sessionKey, level: 'very_high', amlLevel: 'low', score: 71.5 },
      rules: [{ id: 17, name: `a rule ${canaryPan}`, isLive: true, isAllowlisted: false }],
      checkpoints: { issuingrisk: { riskLevel: { value: 'high', ruleIds: ['17', 18] } } },
      reasonCodes: ['R1', canary],
    },
    { status: 'Timeout' },
    { code: 'unknown_customer' },
  ],
  yleo: [
    { Result: 'Approved', KountTransactionId: 'PTPN0Z04P8Y6' },
    { result: 'escalate', kountTransactionId: 7 },
    { Condition: 'Transient', Message: canary },
  ],
  custom: [
    { decision: 'accept', score: 12, reasons: ['a', 'b'] },
    { decision: 'reject', score: 0.5, status: { text: 'x' } },
  ],
  oms: [
    { message: `refused: ${canaryPan}`, error: { reason: 'x' } },
    [{ error: 'invalid', message: 'no' }],
  ],
  sparkfly: [
    {
      ...{ page: 1, per_page: 50, total_entries: 1, total_pages: 1 },
      fraud_alert_events: [
        {
          ...{ fraud_alert_rule_id: 3, fraud_alert_rule_name: 'A rule', quantity: 2 },
          ...{ metric_type: 'loyalty_enrollment_transactions', notifications_sent: false },
          ...{ created_at: '2026-11-29T10:00:00Z', loyalty_enrollment_id: 9, store_id: 1 },
        },
      ],
    },
  ],
};

interface AnswerCase {
  readonly client: ClientName;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const status = fc.oneof(
  { weight: 6, arbitrary: fc.constant(200) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(201, 202, 203, 206, 301, 400, 403, 404, 409, 410, 422, 451, 599),
  },
);

const headers = fc.constantFrom<Readonly<Record<string, string>>>(
  { 'content-type': 'application/json' },
  { 'content-type': 'application/json' },
  { 'content-type': 'text/html; charset=utf-16' },
  { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  { 'content-type': '', 'x-auth-token': 'a b' },
  { location: 'http://127.0.0.1:1/', 'set-cookie': 'a=b' },
);

const cases: fc.Arbitrary<AnswerCase> = fc.oneof(
  ...clients.map((client) =>
    fc.record({
      client: fc.constant(client),
      status,
      headers,
      body: bytesOf(jsonText(withEdits(fc.constantFrom(...documented[client])))),
    }),
  ),
);

/** A server that gives the answer of the present case to every call. */
const startPartner = async () => {
  let answer: AnswerCase | undefined;
  const server: Server = createServer((request, response) => {
    request.resume();
    if (request.url === '/auth') {
      response.writeHead(200, { 'x-auth-token': 'token' }).end('{}');
      return;
    }
    response.writeHead(answer?.status ?? 200, { ...answer?.headers });
    response.end(answer?.body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next: AnswerCase): void => {
      answer = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const textsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsOf(inner)]);
};

/** A hundred rules, reasons and checkpoints of two hundred characters each. */
const evidenceMax = 200_000;

/** What is stored of an answer, and shown to reviewers. */
const claimStorable = (stored: unknown): void => {
  const text = JSON.stringify(stored) ?? '';
  claim(text.length < evidenceMax, `keeps ${text.length} characters`);
  claim(!text.includes(canaryPan), `keeps a card number: ${text.slice(0, 300)}`);
  claim(textsOf(stored).every(isStorable), 'keeps a text that cannot be stored');
};

const createClients = (url: string) => {
  const settings = settingsWith({
    sardine: { guard: patientGuard },
    yleo: { guard: patientGuard },
  });
  const alarm = () => undefined;
  const customerCache = {
    isKnown: () => Promise.resolve(false),
    remember: () => Promise.resolve(),
    forget: () => Promise.resolve(),
  };
  const clientSecret = new Secret('secret');
  const sardine = createSardine({
    ...{ baseUrl: url, clientId: 'id', clientSecret, settings, customerCache, alarm },
    guestIdOf: (email) => `guest-${email.length}`,
  });
  const yleo = createYleo({ baseUrl: url, settings, alarm });
  const { client: custom } = createClient(url, {
    ...{ body: { orderId: '$order.id' }, vote: 'answer.decision' },
    evidence: { score: 'answer.score', reasons: 'answer.reasons', status: 'answer.status' },
  });
  const oms = createOms({ baseUrl: url, token: new Secret('token') });
  const sparkfly = createSparkfly({
    ...{ baseUrl: url, eventsPath: '/events', identity: 'id', key: new Secret('key') },
    settings: { perPage: 50, requestsPerSecond: 10_000, callMs: 2_000 },
  });
  return { sardine, yleo, custom, oms, sparkfly };
};

/** Too short for a second try, which would get the same answer. */
const budgetMs = 150;

type Clients = ReturnType<typeof createClients>;

const settle = async ({ oms }: Clients): Promise<string> => {
  try {
    const settled = await oms.settle({
      ...{ action: 'process', orderId: 'A/1', record: {}, idempotencyKey: 'k', timeoutMs: 2_000 },
      signal: new AbortController().signal,
    });
    claimStorable(settled);
    return settled.kind;
  } catch (error) {
    claim(error instanceof OmsUnavailable, `throws ${String((error as Error).stack)}`);
    claimSecret('the message', error.message);
    return 'unavailable';
  }
};

const list = async ({ sparkfly }: Clients): Promise<string> => {
  try {
    const { entries } = await sparkfly.readPage(1, new AbortController().signal);
    for (const entry of entries) {
      const parsed = parseWire(FraudAlertEventInput, entry);
      if (!parsed.ok) claimSecret('a fault', JSON.stringify(parsed.faults));
    }
    return 'page';
  } catch (error) {
    claim(error instanceof SparkflyFault, `throws ${String((error as Error).stack)}`);
    claimSecret('the message', error.message);
    return error.kind;
  }
};

const ask = async (all: Clients, client: AnswerCase['client']): Promise<string> => {
  if (client === 'oms') return settle(all);
  if (client === 'sparkfly') return list(all);
  try {
    const answer = await all[client].check(transactionWith(), contextWith({ budgetMs }));
    claimStorable(answer);
    return answer.kind;
  } catch (error) {
    claim(error instanceof PartnerFault, `throws ${String((error as Error).stack)}`);
    return error.code;
  }
};

/** Partners' answers over HTTP: an opinion that can be stored, or a fault that says nothing. */
export const answers: Target = {
  name: 'answers',
  share: 0.15,
  open: async () => {
    const partner = await startPartner();
    const all = createClients(partner.url);
    const counts = createCounts();
    return {
      cases,
      check: async (value) => {
        const one = value as AnswerCase;
        partner.set(one);
        counts.add(`${one.client} ${await held(() => ask(all, one.client))}`);
      },
      counts: counts.all,
      close: async () => {
        await Promise.all(Object.values(all).map((client) => client.close()));
        await partner.close();
      },
    };
  },
};
