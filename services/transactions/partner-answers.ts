import { findDecision } from '../../db/decisions.js';
import { findPartnerAnswer, insertPartnerAnswer } from '../../db/partner-answers.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';
import type { Context } from '../context.js';

/**
 * How long an order waited for its partners, in milliseconds: the slowest one's latency, as they
 * are asked concurrently; 0 when none was asked.
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
  /** Called when an answer could not be stored: a re-run after a crash would ask and pay again. */
  readonly onLost: () => void;
};

/** A partner's stored answer about a transaction. */
export const findAnswer = (
  { db }: Context,
  transactionId: string,
  partner: PartnerName,
): Promise<PartnerAnswer | undefined> => findPartnerAnswer(db, transactionId, partner);

/**
 * Stores a partner's answer about a transaction: partners bill per call, and a re-run after a crash
 * must not change the evidence. Stores only usable answers, and does not wait for the write.
 */
export const keepAnswer = (
  { db, now, onLost }: KeepContext,
  transactionId: string,
  answer: PartnerAnswer,
): void => {
  if (answer.kind !== 'answered') return;
  insertPartnerAnswer(db, transactionId, answer, now()).catch(onLost);
};
