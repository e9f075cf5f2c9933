import { findPartnerAnswer, insertPartnerAnswer } from '../../db/partner-answers.js';
import type { Queryable } from '../../db/pool.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';

/**
 * Asks a partner about a transaction unless it has answered before: partners bill per call, and a
 * re-run after a crash must not change the evidence. Only usable answers are kept.
 */
export const answerOnce = async (
  db: Queryable,
  transactionId: string,
  partner: PartnerName,
  now: () => Date,
  ask: () => Promise<PartnerAnswer>,
): Promise<PartnerAnswer> => {
  const known = await findPartnerAnswer(db, transactionId, partner);
  if (known !== undefined) return known;
  const answer = await ask();
  if (answer.kind === 'answered') await insertPartnerAnswer(db, transactionId, answer, now());
  return answer;
};
