import { insertPartnerAnswer } from '../../db/partner-answers.js';
import type { PartnerAnswer, PartnerName } from '../../domain/votes.js';
import type { Context } from '../context.js';

/**
 * How long a usable answer may wait to be stored with the decision, in milliseconds. Prompt
 * partners answer together, and the decision follows within a few milliseconds: one statement
 * stores it with their answers. A worker that dies meanwhile asks again.
 */
const waitMs = 200;

/**
 * Sees to it that each usable answer of a partner is stored: partners bill per call, and a re-run
 * after a crash must not change the evidence.
 */
export interface AnswerKeeper {
  /** Keeps a usable answer, and stores it soon unless the decision does. */
  readonly keep: (transactionId: string, answer: PartnerAnswer) => void;
  /** An answer that is not stored yet. */
  readonly waiting: (transactionId: string, partner: PartnerName) => PartnerAnswer | undefined;
  /** The decision was stored, with these answers. Any other is late, and stored by itself. */
  readonly storedWithDecision: (transactionId: string, answers: readonly PartnerAnswer[]) => void;
  /** Stores what waits. Never rejects. */
  readonly close: () => Promise<void>;
}

interface Kept {
  readonly answer: PartnerAnswer;
  readonly answeredAt: Date;
}

type KeeperContext = Context & {
  readonly now: () => Date;
  /** Called when an answer could not be stored: a re-run after a crash would ask and pay again. */
  readonly onLost: () => void;
};

/** Creates the keeper of a process. */
export const createAnswerKeeper = ({ db, now, onLost }: KeeperContext): AnswerKeeper => {
  const orders = new Map<string, { readonly kept: Kept[]; readonly timer: NodeJS.Timeout }>();
  const take = (transactionId: string): readonly Kept[] => {
    const order = orders.get(transactionId);
    if (order === undefined) return [];
    clearTimeout(order.timer);
    orders.delete(transactionId);
    return order.kept;
  };
  const store = async (transactionId: string): Promise<void> => {
    const storing = take(transactionId).map(({ answer, answeredAt }) =>
      insertPartnerAnswer(db, transactionId, answer, answeredAt).catch(onLost),
    );
    await Promise.all(storing);
  };
  return {
    keep: (transactionId, answer) => {
      if (answer.kind !== 'answered') return;
      const kept = { answer, answeredAt: now() };
      const order = orders.get(transactionId);
      if (order !== undefined) {
        order.kept.push(kept);
        return;
      }
      const timer = setTimeout(() => void store(transactionId), waitMs);
      orders.set(transactionId, { kept: [kept], timer });
    },
    waiting: (transactionId, partner) =>
      orders.get(transactionId)?.kept.find(({ answer }) => answer.partner === partner)?.answer,
    storedWithDecision: (transactionId, answers) => {
      const isStored = ({ answer }: Kept): boolean =>
        answers.some(({ kind, partner }) => kind === 'answered' && partner === answer.partner);
      const order = orders.get(transactionId);
      if (order?.kept.every(isStored)) take(transactionId);
    },
    close: async () => {
      await Promise.all([...orders.keys()].map(store));
    },
  };
};
