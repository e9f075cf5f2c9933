import { findPartnerAnswer, insertPartnerAnswer } from '../../db/partner-answers.js';
import type { Queryable } from '../../db/pool.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';

interface AnswerOnceDeps {
  readonly db: Queryable;
  readonly now: () => Date;
  /** Called when an answer could not be kept: a re-run after a crash would ask and pay again. */
  readonly onLost: () => void;
}

/**
 * Asks a partner about a transaction unless it has answered before: partners bill per call, and a
 * re-run after a crash must not change the evidence. Only usable answers are kept, and keeping one
 * holds nobody up. `ask` begins once it is known that there is no former answer. Throws
 * `TemporarilyUnavailable` when Postgres cannot say.
 */
export const answerOnce = async (
  { db, now, onLost }: AnswerOnceDeps,
  transactionId: string,
  partner: PartnerName,
  ask: () => Promise<PartnerAnswer>,
): Promise<PartnerAnswer> => {
  const known = await findPartnerAnswer(db, transactionId, partner);
  if (known !== undefined) return known;
  const answer = await ask();
  if (answer.kind === 'answered') {
    insertPartnerAnswer(db, transactionId, answer, now()).catch(onLost);
  }
  return answer;
};
