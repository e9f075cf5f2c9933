import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createActivities } from '../../activities/create-activities.js';
import type { ActivityDeps } from '../../activities/deps.js';
import type { RecordDecisionInput } from '../../activities/record-decision.js';
import { insertPartnerAnswer, listPartnerAnswers } from '../../db/partner-answers.js';
import { createPool } from '../../db/pool.js';
import type { PartnerAnswer } from '../../domain/votes.js';
import { createVault } from '../../runtime/vault.js';
import { Keyring } from '../../runtime/keyring.js';
import { buildRecord } from '../../services/transactions/records.js';
import { newKey } from '../services/lists-fixture.js';
import { type Activities, anHour, startActivities } from './fixture.js';

let own: Activities;
let transactionId: string;

beforeAll(async () => {
  own = await startActivities();
});
afterAll(() => own?.stop());
beforeEach(async () => {
  own.alarms.length = 0;
  transactionId = await own.orders.open({});
});

/** The step as each retry runs it, with the score that another process computed. */
const record = (
  change: Partial<RecordDecisionInput['local']> = {},
  deps: Partial<ActivityDeps> = {},
  { isLocal = false, answers = [] as RecordDecisionInput['answers'] } = {},
) => {
  const local = { totalScore: 0, outcome: 'accept', hits: [], erroredRules: [] } as const;
  const { recordDecision } = createActivities({ ...own.deps, ...deps });
  const step = () =>
    recordDecision({
      ...{ transactionId, banner: 's5a', amount: 1, currency: 'USD' },
      local: { ...local, ruleSetHash: 'hash', ...change },
      answers,
      reviewDueAtMs: Date.now() + anHour,
    });
  return own.attempt(transactionId, step, { isLocal });
};

/** The order can be stored, but the data that its rules need cannot be read. */
const spoilHistory = () =>
  own.pool.query(`update order_history set other_keys = '{"card": 1}' where transaction_id = $1`, [
    transactionId,
  ]);

const storedDecision = async () => {
  const { rows } = await own.pool.query<{ outcome: string; errored_rules: unknown }>(
    'select outcome, errored_rules from decisions where transaction_id = $1',
    [transactionId],
  );
  return rows[0];
};

const toAPerson = { outcome: 'review', errored_rules: [expect.objectContaining({ id: 'score' })] };

describe('a decision that a fault of ours would prevent from ever being stored', () => {
  it('goes to a person when its facts can no longer be computed', async () => {
    await spoilHistory();
    expect(await record()).toMatchObject({ outcome: 'review' });
    expect(await storedDecision()).toMatchObject(toAPerson);
    expect(own.alarms).toEqual(['rule_errored']);
  });

  it('goes to a person when Postgres refuses its score', async () => {
    expect(await record({ totalScore: 1e12, facts: {} })).toMatchObject({
      outcome: 'review',
      totalScore: 0,
    });
    expect(await storedDecision()).toMatchObject(toAPerson);
  });

  it('is the stored one where one was stored before', async () => {
    await own.orders.decide(transactionId, 'reject', Date.now());
    await spoilHistory();
    expect(await record()).toMatchObject({ outcome: 'reject' });
    expect(await storedDecision()).toMatchObject({ outcome: 'reject', errored_rules: [] });
  });
});

const answerOf = (partner: 'sardine' | 'yleo', latencyMs: number): PartnerAnswer => ({
  ...({ kind: 'answered', outcome: 'accept', label: 'low', priority: 'normal' } as const),
  ...{ partner, latencyMs, evidence: {} },
});

it('a decision stores the answers that it used, and changes none that was stored before', async () => {
  const before = answerOf('yleo', 1);
  await insertPartnerAnswer(own.pool, transactionId, before, new Date(0));
  const used = answerOf('sardine', 2);
  await record({ facts: {} }, {}, { answers: [used, answerOf('yleo', 3)] });
  const kept = await listPartnerAnswers(own.pool, transactionId);
  expect(kept.map(({ answer }) => answer)).toEqual([before, used]);
});

it('an answer that came too late for the decision is stored by itself, as a late vote', async () => {
  own.deps.answers.keep(transactionId, answerOf('yleo', 1));
  const fault = { fault: 'timeout', retryable: true, latencyMs: 1 } as const;
  const unavailable = { kind: 'unavailable', partner: 'yleo', ...fault } as const;
  await record({ facts: {} }, {}, { answers: [unavailable] });
  await own.deps.answers.close();
  const { rows } = await own.pool.query(
    `select partner, kind from partner_answers join order_events using (transaction_id)
      where transaction_id = $1 and kind = 'late_vote'`,
    [transactionId],
  );
  expect(rows).toEqual([{ partner: 'yleo', kind: 'late_vote' }]);
});

it('OMS gets the same record of an order at once as it gets from Postgres', async () => {
  const sent: unknown[] = [];
  const watched: ActivityDeps['oms'] = {
    ...own.deps.oms,
    settle: (order) => {
      sent.push(order.record);
      return own.deps.oms.settle(order);
    },
  };
  const { score, recordDecision, settleAtOnce } = createActivities({ ...own.deps, oms: watched });
  const local = (await own.attempt(transactionId, () => score({ transactionId }))) as never;
  const given = { transactionId, banner: 's5a', amount: 1, currency: 'USD', local } as const;
  const decide = () =>
    recordDecision({ ...given, answers: [], reviewDueAtMs: Date.now() + anHour });
  const decision = await own.attempt(transactionId, decide);
  expect(decision).toMatchObject({ settlesAtOnce: true });
  const stored = await buildRecord(own.deps, transactionId);
  const orderId = String(stored.record.transaction['orderId']);
  const { recommendationCode } = stored.record.decision;
  const action = recommendationCode === 'accept' ? 'process' : 'cancel';
  const order = { transactionId, banner: 's5a', orderId, action, round: 0 } as const;
  const settle = () => settleAtOnce({ ...order, reviewExpireAfterMs: anHour });
  expect(await own.attempt(transactionId, settle)).toMatchObject({ kind: 'done' });
  expect(JSON.stringify(sent)).toBe(JSON.stringify([stored.record]));
});

describe('nothing is decided, and nobody is answered', () => {
  const expectNothing = async (thrown: unknown) => {
    expect(thrown).toBeInstanceOf(Error);
    expect(await storedDecision()).toBeUndefined();
    expect(own.alarms).toEqual([]);
  };

  it('while the caller waits, since the fault may pass', async () => {
    await spoilHistory();
    await expectNothing(await record({}, {}, { isLocal: true }));
  });

  it('while Postgres is away', async () => {
    const away = 'postgres://nobody@127.0.0.1:1/nothing';
    const pool = createPool({ databaseUrl: away, connections: 1, timeoutMs: 2000 });
    await expectNothing(await record({ facts: {} }, { db: pool, writes: pool }));
    await pool.end();
  });

  it('while the order cannot be decrypted: nobody could review it', async () => {
    await spoilHistory();
    await expectNothing(await record({}, { vault: createVault(new Keyring([newKey('other')])) }));
  });

  it('where what is stored in its stead is refused as well', async () => {
    await own.pool.query('alter table decisions add constraint full_up check (false) not valid');
    try {
      await expectNothing(await record());
    } finally {
      await own.pool.query('alter table decisions drop constraint full_up');
    }
  });
});

it('an order is scored, asked about and decided while other work holds every shared connection', async () => {
  const db = createPool({ databaseUrl: own.databaseUrl, connections: 2, timeoutMs: 500 });
  const held = [await db.connect(), await db.connect()];
  try {
    const settings = { ...own.deps.settings, skipPartnersOnLocalReject: false };
    const steps = createActivities({ ...own.deps, db, settings });
    const check = { transactionId, banner: 's5a', budgetMs: 10_000 } as const;
    // A statement that waits for a connection of this pool fails.
    const answers = await Promise.all([
      own.attempt(transactionId, () => steps.checkSardine(check), { isLocal: true }),
      own.attempt(transactionId, () => steps.checkYleo(check), { isLocal: true }),
    ]);
    expect(answers).toMatchObject([{ kind: 'answered' }, { kind: 'answered' }]);
    const local = await own.attempt(transactionId, () => steps.score({ transactionId }));
    const step = () =>
      steps.recordDecision({
        ...{ transactionId, banner: 's5a', amount: 1, currency: 'USD', answers: answers as never },
        ...{ local: local as never, reviewDueAtMs: Date.now() + anHour },
      });
    const decision = await own.attempt(transactionId, step, { isLocal: true });
    const stored = (await storedDecision()) ?? {};
    expect(decision).toMatchObject({ outcome: (stored as { outcome: string }).outcome });
  } finally {
    for (const connection of held) connection.release();
    await db.end();
  }
});
