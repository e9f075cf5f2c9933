import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import { findPartnerQuestion, insertPartnerAnswer } from '../../db/partner-answers.js';
import type { Queryable } from '../../db/pool.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';
import type { Vault } from '../ports.js';
import { type LoadedTransaction, openBody } from './load.js';

/** An answer that was given counts although it cannot be kept just now. */
const unlessAway = (error: unknown): void => {
  if (!(error instanceof TemporarilyUnavailable)) throw error;
};

/**
 * Asks a partner about a transaction unless it has answered before: partners bill per call, and a
 * re-run after a crash must not change the evidence. Only usable answers are kept. Throws
 * `TemporarilyUnavailable` when Postgres cannot say whether there is one.
 */
export const answerOnce = async (
  deps: { readonly db: Queryable; readonly vault: Vault; readonly now: () => Date },
  transactionId: string,
  partner: PartnerName,
  ask: (loaded: LoadedTransaction) => Promise<PartnerAnswer>,
): Promise<PartnerAnswer> => {
  const row = await findPartnerQuestion(deps.db, transactionId, partner);
  if (row === undefined) throw new Error(`transaction ${transactionId} is not stored`);
  if (row.answer !== null) return row.answer;
  const transaction = openBody(deps.vault, transactionId, row.body);
  const answer = await ask({ transaction, receivedAt: row.received_at });
  if (answer.kind === 'answered') {
    await insertPartnerAnswer(deps.db, transactionId, answer, deps.now()).catch(unlessAway);
  }
  return answer;
};
