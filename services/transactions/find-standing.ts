import type { Outcome, TransactionStatus } from '../../contracts/hbc/decision.js';
import { findCaseOfTransaction } from '../../db/cases.js';
import { findDecision } from '../../db/decisions.js';
import type { Queryable } from '../../db/pool.js';
import { findTransaction } from '../../db/transactions.js';
import { findLatestVerdict } from '../../db/verdicts.js';

/** Where a decided transaction stands, for a workflow that takes it up in the middle. */
export interface Standing {
  readonly status: TransactionStatus;
  /** While it is open review, else what is to be settled or was. */
  readonly outcome: Outcome;
  readonly round: number;
  /** When the review ends; null without a case. */
  readonly dueAtMs: number | null;
}

/** Reads where a decided transaction stands. Throws when it has no decision. */
export const findStanding = async (db: Queryable, transactionId: string): Promise<Standing> => {
  const row = await findTransaction(db, transactionId);
  const decision = await findDecision(db, transactionId);
  if (row === undefined || decision === undefined) {
    throw new Error('the transaction has no decision yet');
  }
  const { status } = row;
  const found = await findCaseOfTransaction(db, transactionId);
  const verdict = await findLatestVerdict(db, transactionId);
  const isOpen = status === 'in_review' || status === 'oms_rejected' || status === 'withdrawn';
  return {
    status,
    outcome: isOpen ? 'review' : (verdict?.outcome ?? decision.outcome),
    round: found?.round ?? 0,
    dueAtMs: found?.due_at.getTime() ?? null,
  };
};
