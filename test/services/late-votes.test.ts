import { afterAll, beforeAll, expect, it } from 'vitest';
import { Policy } from '../../contracts/policy.js';
import { insertPartnerAnswer } from '../../db/partner-answers.js';
import { lockDecision } from '../../db/decisions.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';
import { recordLateVote } from '../../services/transactions/partner-answers.js';
import { openDatabase, untilLocked } from './database.js';
import { dueIn } from './due-work.js';
import { decideOrder, storeOrder } from './labels-fixture.js';

let database: Awaited<ReturnType<typeof openDatabase>>;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database?.close());

const now = new Date('2026-11-21T12:00:00Z');

const silent = (partner: PartnerName): PartnerAnswer => ({
  kind: 'unavailable',
  ...{ partner, fault: 'timeout', retryable: true, latencyMs: 1 },
});

const opinion = { outcome: 'accept', label: 'low', priority: 'normal', evidence: {} } as const;

const accept = (partner: PartnerName) =>
  ({ kind: 'answered', partner, latencyMs: 1, ...opinion }) as const;

it('of two concurrent late votes the later one sees both, and the review ends', async () => {
  const { pool } = database;
  const transactionId = await storeOrder(pool);
  await decideOrder(pool, transactionId, { answers: [silent('sardine'), silent('yleo')], at: now });
  // The first one has not committed yet.
  const first = await pool.connect();
  await first.query('begin');
  await lockDecision(first, transactionId);
  await insertPartnerAnswer(first, transactionId, accept('sardine'), now);
  const policy = Policy.parse({});
  const second = recordLateVote(
    { db: pool, now },
    { transactionId, answer: accept('yleo'), policy },
  );
  await Promise.race([second, untilLocked(pool)]);
  await first.query('commit');
  first.release();
  expect(await second).toMatchObject({ outcome: 'accept', answered: 'review' });
});

it('Sardine hears how an order ended that a repeated step had it score after the settlement', async () => {
  const { pool } = database;
  const decide = async (answer: PartnerAnswer): Promise<string> => {
    const transactionId = await storeOrder(pool);
    await decideOrder(pool, transactionId, { answers: [answer], at: now });
    await pool.query(`update transactions set status = 'cancelled' where transaction_id = $1`, [
      transactionId,
    ]);
    return transactionId;
  };
  // An operator reset the workflow to its beginning, and the step found no stored answer.
  const scoredLate = await decide(silent('sardine'));
  await insertPartnerAnswer(pool, scoredLate, accept('sardine'), now);
  // The write of the step itself may end after the decision that already has the answer.
  const scoredInTime = await decide(accept('sardine'));
  await insertPartnerAnswer(pool, scoredInTime, accept('sardine'), now);
  const due = (await dueIn(pool, 'sardine_feedback')).map(({ key }) => key);
  expect(due).toContain(scoredLate);
  expect(due).not.toContain(scoredInTime);
});
