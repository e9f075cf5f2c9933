import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordDecision } from '../../activities/record-decision.js';
import { score } from '../../activities/score.js';
import { createScores } from '../../activities/scored.js';
import { noLookups } from '../../domain/lookups.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { openTransaction } from '../../services/transactions/open.js';
import { receiveTransaction } from '../../services/transactions/receive.js';
import { defaultRuleSet, exampleSettings } from '../support/rules.js';
import { parsedExample } from '../support/transactions.js';
import { openDatabase, samePolicies } from './database.js';

const keyring = new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]);

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());

/** The steps of an order as one worker process has them. */
const startProcess = () => {
  const deps = {
    pool: database.pool,
    reads: database.pool,
    vault: createVault(keyring),
    tokeniser: createTokeniser(keyring, Buffer.alloc(32, 9)),
    settings: exampleSettings(),
    lookups: noLookups,
    rules: () => ({ live: { version: 0, ruleSet: defaultRuleSet() }, trial: null }),
    controls: () => ({
      policies: Object.fromEntries(
        Object.entries(samePolicies()).map(([banner, policy]) => [banner, { version: 0, policy }]),
      ),
      levers: {},
    }),
    reports: { alarm: () => undefined, decided: () => undefined },
    now: () => new Date(),
  };
  const scores = createScores(deps as unknown as Parameters<typeof createScores>[0]);
  const forDecision = { ...deps, scores } as unknown as Parameters<typeof recordDecision>[0];
  return { scores, score: score({ scores }), recordDecision: recordDecision(forDecision), deps };
};

it('a decision keeps all facts, also when another process than the one that scored stores it', async () => {
  const first = startProcess();
  const received = receiveTransaction(
    first.deps.tokeniser,
    parsedExample({ orderId: randomUUID() }),
  );
  const { transactionId, transaction } = received;
  await openTransaction({ db: database.pool, vault: first.deps.vault }, received);
  const carried = await first.score({ transactionId });
  expect(Object.keys(carried)).not.toContain('facts');
  const { local } = await first.scores.of(transactionId);
  await startProcess().recordDecision({
    ...{ transactionId, local: carried, answers: [], reviewDueAtMs: Date.now() },
    ...{ banner: transaction.banner, amount: 1, currency: 'USD' },
  });
  const { rows } = await database.pool.query<{ facts: object; hits: object }>(
    'select facts, hits from decisions where transaction_id = $1',
    [transactionId],
  );
  expect(Object.keys(local.facts).length).toBeGreaterThan(50);
  expect(rows).toEqual([{ facts: local.facts, hits: carried.hits }]);
});
