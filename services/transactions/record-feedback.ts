import { closeOwedFeedback } from '../../db/owed-feedback.js';
import type { Queryable } from '../../db/pool.js';
import { system } from '../ports.js';

/**
 * Notes in the transaction's timeline what came of telling Sardine how it ended; nothing more is
 * owed then. Throws `TemporarilyUnavailable`.
 */
export const recordFeedback = async (
  db: Queryable,
  feedback: {
    readonly transactionId: string;
    readonly outcome: 'approved' | 'declined';
    readonly result: 'sent' | 'given_up';
    readonly now: Date;
  },
): Promise<void> =>
  closeOwedFeedback(db, {
    actor: system.name,
    action: `feedback.${feedback.result}`,
    object: feedback.transactionId,
    details: { partner: 'sardine', outcome: feedback.outcome },
    at: feedback.now,
  });
