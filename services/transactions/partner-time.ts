import { findDecision } from '../../db/decisions.js';
import type { Queryable } from '../../db/pool.js';

/**
 * How long an answer waited for its partners, in milliseconds: they are asked side by side, so it
 * is the slower one's time; 0 when none was asked. Throws `TemporarilyUnavailable`.
 */
export const partnerTimeOf = async (db: Queryable, transactionId: string): Promise<number> => {
  const decision = await findDecision(db, transactionId);
  const times = decision?.partner_answers.map((answer) =>
    'latencyMs' in answer ? answer.latencyMs : 0,
  );
  return Math.max(0, ...(times ?? []));
};
