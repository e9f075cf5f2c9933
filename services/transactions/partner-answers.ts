import { findDecision } from '../../db/decisions.js';
import { findPartnerAnswer, insertPartnerAnswer } from '../../db/partner-answers.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';
import type { Context } from '../context.js';

/**
 * How long an answer waited for its partners, in milliseconds: they are asked side by side, so it
 * is the slower one's time; 0 when none was asked.
 */
export const partnerTimeOf = async ({ db }: Context, transactionId: string): Promise<number> => {
  const decision = await findDecision(db, transactionId);
  const times = decision?.partner_answers.map((answer) =>
    'latencyMs' in answer ? answer.latencyMs : 0,
  );
  return Math.max(0, ...(times ?? []));
};

type KeepContext = Context & {
  readonly now: () => Date;
  /** Called when an answer could not be kept: a re-run after a crash would ask and pay again. */
  readonly onLost: () => void;
};

/** What a partner has said of a transaction before. */
export const findAnswer = (
  { db }: Context,
  transactionId: string,
  partner: PartnerName,
): Promise<PartnerAnswer | undefined> => findPartnerAnswer(db, transactionId, partner);

/**
 * Keeps what a partner said about a transaction: partners bill per call, and a re-run after a
 * crash must not change the evidence. Only usable answers are kept, and keeping one holds nobody
 * up.
 */
export const keepAnswer = (
  { db, now, onLost }: KeepContext,
  transactionId: string,
  answer: PartnerAnswer,
): void => {
  if (answer.kind !== 'answered') return;
  insertPartnerAnswer(db, transactionId, answer, now()).catch(onLost);
};
