import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordDecision } from '../../activities/record-decision.js';
import { score } from '../../activities/score.js';
import { createScores } from '../../activities/score-cache.js';
import { createJustDecided } from '../../activities/just-decided.js';
import { createSettlePace } from '../../activities/settle-pace.js';
import { noLookups } from '../../domain/lookups.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { createAnswerKeeper } from '../../services/transactions/answer-keeper.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { defaultRuleSet, exampleSettings } from '../support/rules.js';
import { parsedExample } from '../support/transactions.js';
import { openDatabase, samePolicies } from './database.js';
import { rulesOf, totalRule } from './shadow-fixture.js';

const keyring = new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]);

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());

/** The steps of an order, as one worker process runs them. */
const startProcess = (
  live = { version: 0, ruleSet: defaultRuleSet() },
  skip = false,
  policy: unknown = {},
) => {
  const deps = {
    db: database.pool,
    reads: database.pool,
    writes: database.pool,
    vault: createVault(keyring),
    tokeniser: createTokeniser(keyring, Buffer.alloc(32, 9)),
    settings: { ...exampleSettings(), skipPartnersOnLocalReject: skip },
    lookups: noLookups,
    rules: () => ({ live, trial: null }),
    controls: () => ({
      policies: Object.fromEntries(
        Object.entries(samePolicies(policy)).map(([banner, its]) => [
          banner,
          { version: 0, policy: its },
        ]),
      ),
      levers: {},
    }),
    reports: { alarm: () => undefined, decided: () => undefined },
    ...{ announce: () => undefined, pace: createSettlePace(() => false) },
    now: () => new Date(),
  };
  const answers = createAnswerKeeper({ ...deps, onLost: () => undefined });
  const scores = createScores(deps as unknown as Parameters<typeof createScores>[0]);
  const justDecided = createJustDecided();
  const forDecision = { ...deps, scores, answers, justDecided } as unknown as Parameters<
    typeof recordDecision
  >[0];
  return { scores, score: score({ scores }), recordDecision: recordDecision(forDecision), deps };
};

type Process = ReturnType<typeof startProcess>;

const openOrder = async ({ deps }: Process) => {
  const received = receiveTransaction(deps.tokeniser, parsedExample({ orderId: randomUUID() }));
  await openTransaction({ db: database.pool, vault: deps.vault }, received);
  const { transactionId, transaction } = received;
  const inHome = { banner: transaction.banner, amount: 1, currency: 'USD' };
  return { transactionId, given: { ...inHome, reviewDueAtMs: Date.now() } };
};

it('a decision keeps all facts, also when another process than the one that scored stores it', async () => {
  const first = startProcess();
  const { transactionId, given } = await openOrder(first);
  const carried = await first.score({ transactionId });
  expect(Object.keys(carried)).not.toContain('facts');
  const { local } = await first.scores.of(transactionId);
  await startProcess().recordDecision({
    ...{ ...given, transactionId, local: carried, answers: [] },
  });
  const { rows } = await database.pool.query<{ facts: object; hits: object }>(
    'select facts, hits from decisions where transaction_id = $1',
    [transactionId],
  );
  expect(Object.keys(local.facts).length).toBeGreaterThan(50);
  expect(rows).toEqual([{ facts: local.facts, hits: carried.hits }]);
});

/** A version whose only rule adds points to every order. */
const versionWith = (version: number, points: number) => ({
  version,
  ruleSet: rulesOf([totalRule('R900', 0, points)]),
});

it('points, facts and version are of one rule set, when another was published before the process ended', async () => {
  const first = startProcess(versionWith(1, 10));
  const { transactionId, given } = await openOrder(first);
  const carried = await first.score({ transactionId });
  const second = versionWith(2, 20);
  const next = startProcess(second);
  const told = await next.recordDecision({ ...given, transactionId, local: carried, answers: [] });
  const { rows } = await database.pool.query(
    `select total_score, rule_set_version, rule_set_hash, hits -> 0 ->> 'points' as points
      from decisions where transaction_id = $1`,
    [transactionId],
  );
  const hash = second.ruleSet.hash;
  const stored = { total_score: 20, rule_set_version: 2, rule_set_hash: hash, points: '20' };
  expect(rows).toEqual([stored]);
  expect(JSON.parse(told.answer)).toMatchObject({ totalScore: 20 });
});

it('a partner skipped because of a reject is missing when the order is no reject any more', async () => {
  const first = startProcess(versionWith(1, 500), true);
  const { transactionId, given } = await openOrder(first);
  const carried = await first.score({ transactionId });
  expect(carried.outcome).toBe('reject');
  const skipped = { kind: 'skipped', partner: 'sardine', reason: 'rejects already' } as const;
  const next = startProcess(versionWith(2, 1), true);
  const told = await next.recordDecision({
    ...{ ...given, transactionId, local: carried, answers: [skipped] },
  });
  expect(told).toMatchObject({ outcome: 'review', askAgain: ['sardine'] });
});

it.each([
  ['USD', 'accept'],
  ['CAD', 'review'],
])(
  'with all partners down, 1 %s under a limit in USD is: %s; an audit row says so',
  async (currency, outcome) => {
    const policy = { outage: { maxAutoAccept: 100 } };
    const own = startProcess(versionWith(1, 1), false, policy);
    const { transactionId, given } = await openOrder(own);
    const local = await own.score({ transactionId });
    const answers = (['sardine', 'yleo'] as const).map((partner) => ({
      ...({ kind: 'unavailable', fault: 'timeout', retryable: true, latencyMs: 1 } as const),
      partner,
    }));
    const told = await own.recordDecision({ ...given, currency, transactionId, local, answers });
    expect(told.outcome).toBe(outcome);
    const { rows } = await database.pool.query(
      `select details ->> 'outcome' as outcome from audit
      where object = $1 and action = 'decision.recorded'`,
      [transactionId],
    );
    expect(rows).toEqual([{ outcome }]);
  },
);
