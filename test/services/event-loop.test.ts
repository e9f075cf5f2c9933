import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordDecision } from '../../activities/record-decision.js';
import { createScores } from '../../activities/score-cache.js';
import { createJustDecided } from '../../activities/just-decided.js';
import { createSettlePace } from '../../activities/settle-pace.js';
import { parseTransaction } from '../../contracts/hbc/transaction.js';
import { textLimits } from '../../contracts/text-limits.js';
import { noLookups } from '../../domain/lookups.js';
import { alertMessage } from '../../partners/mail/message.js';
import { toCustomerRequest } from '../../partners/sardine/customer-request.js';
import { toRiskRequest } from '../../partners/sardine/risk-request.js';
import { toYleoRequest } from '../../partners/yleo/request.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { drainPushes, keepPush } from '../../services/evidence/aifi-pushes.js';
import { createAnswerKeeper } from '../../services/transactions/answer-keeper.js';
import { buildRecord } from '../../services/transactions/records.js';
import { openTransaction, receiveInTurns } from '../../services/transactions/receive.js';
import { largestOrder, textOf, units } from '../support/large-bodies.js';
import { bestStretchMs, longestStretchMs } from '../support/longest-stretch.js';
import { defaultRuleSet, exampleSettings } from '../support/rules.js';
import { openDatabase, samePolicies } from './database.js';

const limitMs = 50;

/** Two keys, as during a rotation: every subject then has two tokens. */
const keyring = new Keyring([
  { id: 'k2', bytes: Buffer.alloc(32, 2) },
  { id: 'k1', bytes: Buffer.alloc(32, 1) },
]);

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());

const settings = exampleSettings();
const ruleSet = defaultRuleSet();

const worker = () => {
  const deps = {
    db: database.pool,
    reads: database.pool,
    writes: database.pool,
    vault: createVault(keyring),
    tokeniser: createTokeniser(keyring, Buffer.alloc(32, 9)),
    settings,
    lookups: noLookups,
    rules: () => ({ live: { version: 0, ruleSet }, trial: null }),
    controls: () => ({
      policies: Object.fromEntries(
        Object.entries(samePolicies()).map(([banner, policy]) => [banner, { version: 0, policy }]),
      ),
    }),
    reports: { alarm: () => undefined, decided: () => undefined },
    ...{ announce: () => undefined, pace: createSettlePace(() => false) },
    now: () => new Date(),
  };
  const answers = createAnswerKeeper({ ...deps, onLost: () => undefined });
  const scores = createScores(deps as unknown as Parameters<typeof createScores>[0]);
  return { ...deps, scores, answers, justDecided: createJustDecided() };
};

type Worker = ReturnType<typeof worker>;

const store = async ({ vault, tokeniser }: Worker, unit: string): Promise<string> => {
  const parsed = parseTransaction(largestOrder(unit));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const received = await receiveInTurns(tokeniser, parsed.value);
  await openTransaction({ db: database.pool, vault }, received);
  return received.transactionId;
};

const decide = async (own: Worker, transactionId: string): Promise<void> => {
  const { local } = await own.scores.of(transactionId);
  const record = recordDecision(own as unknown as Parameters<typeof recordDecision>[0]);
  await record({
    ...{ transactionId, banner: 's5a', amount: 1, currency: 'USD', local, answers: [] },
    reviewDueAtMs: Date.now(),
  });
};

const askPartners = async (own: Worker, transactionId: string): Promise<void> => {
  const { transaction, local } = await own.scores.of(transactionId);
  const ids = { sessionKey: 'session', customerId: 'customer' };
  const context = { transactionId, receivedAtMs: Date.now(), settings, ids };
  const given = { ...context, totalScore: local.totalScore };
  JSON.stringify([
    toCustomerRequest(transaction, context),
    toRiskRequest(transaction, given),
    toYleoRequest(transaction, given),
  ]);
};

const settle = async ({ vault }: Worker, transactionId: string): Promise<void> => {
  const { record } = await buildRecord({ db: database.pool, vault }, transactionId);
  JSON.stringify(record);
};

describe('no order holds the event loop of the worker for longer than 50 ms', () => {
  it.each(['digits', 'words'] as const)('as large as one may be, its texts of %s', async (name) => {
    const own = worker();
    const steps = Object.entries({ decide, askPartners, settle });
    const best = new Map(steps.map(([what]) => [what, Number.POSITIVE_INFINITY]));
    // Repeats until every step was short enough once, as `bestStretchMs` does with one step.
    for (let run = 0; run < 4 && Math.max(...best.values()) > limitMs; run += 1) {
      const transactionId = await store(own, units[name]);
      for (const [what, step] of steps) {
        const ms = await longestStretchMs(() => step(own, transactionId));
        best.set(what, Math.min(best.get(what) ?? ms, ms));
      }
    }
    expect([...best].filter(([, ms]) => ms > limitMs)).toEqual([]);
  });
});

it('no batch of pushes, as large as they may be, holds it for longer', async () => {
  const own = worker();
  const limit = 20;
  const keepAndDrain = async () => {
    for (let count = 0; count < limit; count += 1) {
      const session = { sessionId: randomUUID() };
      const push = { session, texts: Array(250).fill(textOf('x', 4000)) };
      await keepPush({ ...own, now: new Date() }, push);
    }
    const drained = await drainPushes({ ...own, now: new Date() }, { limit });
    expect(drained.drained).toBe(limit);
  };
  const ms = await bestStretchMs(keepAndDrain, { limitMs, runs: 4 });
  expect(ms).toBeLessThanOrEqual(limitMs);
});

it.each(Object.entries(units))(
  'no mail of an alert, its texts as long as they may be, of %s',
  async (_, unit) => {
    const name = textOf(unit, textLimits.sparkflyRuleName.max);
    const mail = {
      ...{ eventId: 2 ** 53 - 1, ruleId: 2 ** 53 - 1, number: 52, family: 'loyalty' as const },
      ...{ address: textOf('a', textLimits.email.max), ruleName: name, metric: `${name}:${name}` },
      ...{ memberId: textOf('9', textLimits.owner.max), store: 999_999, quantity: 2 ** 53 - 1 },
      ...{ threshold: 2 ** 53 - 1, windowSeconds: 31_535_999, suppressedCount: 2 ** 53 - 1 },
      ...{ plannedAt: new Date(), happenedAt: new Date(), timeZone: 'America/Toronto' },
    };
    const from = { name: 'Verdict', address: 'verdict@example.com' };
    const render = () => Promise.resolve(alertMessage(mail, from));
    expect(await bestStretchMs(render, { limitMs, runs: 3 })).toBeLessThanOrEqual(limitMs);
    expect(alertMessage(mail, from).text).toContain('against a threshold of');
  },
);
