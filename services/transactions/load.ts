import type { TransactionStatus } from '../../contracts/hbc/decision.js';
import { type DecisionRow, findDecision } from '../../db/decisions.js';
import { type AnswerRow, listPartnerAnswers } from '../../db/partner-answers.js';
import { findBody, findTransaction } from '../../db/transactions.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { PartnerAnswer } from '../../domain/votes.js';
import type { Context } from '../context.js';

interface LoadedTransaction {
  readonly transaction: SanitisedTransaction;
  readonly receivedAt: Date;
}

/**
 * Decrypts the stored, sanitised transaction. Its shape needs no check: only `openTransaction`
 * writes it, from a parsed value. Throws when it cannot be decrypted.
 */
export const loadTransaction = async (
  context: Context<'vault'>,
  transactionId: string,
): Promise<LoadedTransaction> => {
  const row = await findBody(context.db, transactionId);
  if (row === undefined) throw new Error(`transaction ${transactionId} is not stored`);
  const transaction = JSON.parse(
    context.vault.open(row.body, transactionId),
  ) as SanitisedTransaction;
  return { transaction, receivedAt: row.receivedAt };
};

/** A decided transaction, with the partners' answers so far. */
export interface DecidedTransaction extends LoadedTransaction {
  readonly status: TransactionStatus;
  readonly totalScore: number;
  /** Usable answers only, late ones included. */
  readonly kept: readonly PartnerAnswer[];
}

/**
 * Answers stored by themselves, else those of the decision: storing an answer may have failed
 * although storing the decision succeeded.
 */
const keptOf = (kept: readonly AnswerRow[], decision: DecisionRow): PartnerAnswer[] => {
  const own = kept.map(({ answer }) => answer);
  const names = new Set(own.map(({ partner }) => partner));
  const decided = decision.partner_answers.filter(
    ({ kind, partner }) => kind === 'answered' && !names.has(partner),
  );
  return [...own, ...decided];
};

/** Loads a decided transaction. Throws when it is unknown or undecided. */
export const loadDecided = async (
  context: Context<'vault'>,
  transactionId: string,
): Promise<DecidedTransaction> => {
  const row = await findTransaction(context.db, transactionId);
  const decision = await findDecision(context.db, transactionId);
  if (row === undefined || decision === undefined) {
    throw new Error('the transaction has no decision yet');
  }
  const kept = await listPartnerAnswers(context.db, transactionId);
  return {
    ...(await loadTransaction(context, transactionId)),
    status: row.status,
    totalScore: decision.total_score,
    kept: keptOf(kept, decision),
  };
};
