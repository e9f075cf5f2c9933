import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Policy } from '../../contracts/policy.js';
import { insertAudits, listAudit } from '../../db/audit.js';
import { findPartnerAnswer } from '../../db/partner-answers.js';
import type { LocalScore, PartnerAnswer } from '../../domain/votes.js';
import { createTokeniser } from '../../runtime/card-tokeniser.js';
import { Keyring } from '../../runtime/keyring.js';
import { createVault } from '../../runtime/vault.js';
import { createAnswerKeeper } from '../../services/transactions/answer-keeper.js';
import { recordLateVote } from '../../services/transactions/partner-answers.js';
import { openTransaction, receiveTransaction } from '../../services/transactions/receive.js';
import { recordDecision } from '../../services/transactions/decisions.js';
import { parsedExample } from '../support/transactions.js';
import { openDatabase } from './database.js';

const keyring = new Keyring([{ id: 'k1', bytes: Buffer.alloc(32, 1) }]);
const now = new Date('2026-11-21T12:00:00Z');
const policy = Policy.parse({});

/** As in the histories of workflows whose partners answered in this way. */
const evidence = {
  reasonCodes: ['AL\u0000WR', 'half \ud83d', '\udc00 half', 'pair \u{1f600}'],
  // Six characters each, none of which is NUL: they stay unchanged.
  escaped: ['\\u0000', '\\\\u0000', '\\ud83d'],
  checkpoints: { 'a\u0000\ud83d': { level: 'low' } },
};
const stored = {
  reasonCodes: ['AL\ufffdWR', 'half \ufffd', '\ufffd half', 'pair \u{1f600}'],
  escaped: evidence.escaped,
  checkpoints: { 'a\ufffd\ufffd': { level: 'low' } },
};

const answer = {
  ...{ kind: 'answered', partner: 'sardine', outcome: 'accept', label: 'low' },
  ...{ priority: 'normal', latencyMs: 40, evidence },
} as const satisfies PartnerAnswer;

const local: LocalScore = {
  ...{ totalScore: 0, outcome: 'accept', hits: [], erroredRules: [], ruleSetHash: 'hash' },
  facts: { 'odd\u0000': '\ud83d' },
};

let database: Awaited<ReturnType<typeof openDatabase>>;
let transactionId: string;

beforeAll(async () => {
  database = await openDatabase();
});

beforeEach(async () => {
  const tokeniser = createTokeniser(keyring, Buffer.alloc(32, 9));
  const received = receiveTransaction(tokeniser, parsedExample({ orderId: randomUUID() }));
  ({ transactionId } = received);
  await openTransaction({ db: database.pool, vault: createVault(keyring) }, received);
});

afterAll(() => database?.close());

const record = (answers: readonly PartnerAnswer[]) =>
  recordDecision(
    { db: database.pool, now },
    { policy, version: 0 },
    {
      ...{ transactionId, banner: 's5a', local, answers, homeAmount: null },
      reviewDueAt: now,
    },
  );

describe('text that Postgres cannot hold', () => {
  it('keeps no order undecided: the decision is stored with U+FFFD in its place', async () => {
    expect(await record([answer])).toMatchObject({
      recorded: true,
      decision: { outcome: 'accept' },
    });
    const { rows } = await database.pool.query(
      'select partner_answers, facts from decisions where transaction_id = $1',
      [transactionId],
    );
    expect(rows).toEqual([
      { partner_answers: [{ ...answer, evidence: stored }], facts: { 'odd\ufffd': '\ufffd' } },
    ]);
  });

  it('costs no partner answer: it is stored, so that nobody asks and pays again', async () => {
    const lost: string[] = [];
    const onLost = () => lost.push('lost');
    const keeper = createAnswerKeeper({ db: database.pool, now: () => now, onLost });
    keeper.keep(transactionId, answer);
    await keeper.close();
    expect(lost).toEqual([]);
    const kept = await findPartnerAnswer(database.pool, transactionId, 'sardine');
    expect(kept).toEqual({ ...answer, evidence: stored });
  });

  it('holds no late vote back', async () => {
    const fault = { fault: 'timeout', retryable: true, latencyMs: 1 } as const;
    await record([{ kind: 'unavailable', partner: 'sardine', ...fault }]);
    const heard = await recordLateVote(
      { db: database.pool, now },
      { transactionId, answer, policy },
    );
    expect(heard).toMatchObject({ outcome: 'accept', lateVote: 'accept' });
  });

  it('loses no audit entry', async () => {
    const entry = { actor: 'system', action: 'tested', object: transactionId, at: now };
    await insertAudits(database.pool, [{ ...entry, details: { evidence } }]);
    expect(await listAudit(database.pool, transactionId)).toMatchObject([
      { details: { evidence: stored } },
    ]);
  });
});
