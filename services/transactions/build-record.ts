import type { Decision, TransactionStatus } from '../../contracts/hbc/decision.js';
import { findDecision } from '../../db/decisions.js';
import type { Queryable } from '../../db/pool.js';
import { findTransaction, type TransactionRow } from '../../db/transactions.js';
import { findLatestVerdict } from '../../db/verdicts.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Vault } from '../ports.js';
import { currentDecision } from './current-decision.js';
import { loadTransaction } from './load.js';

/** The HBC `DBRecord` of a decided transaction. */
export interface TransactionRecord {
  readonly transactionId: string;
  readonly createdDate: string;
  readonly lastModifiedDate: string;
  /** As posted, with the card number masked and `authCode` empty. */
  readonly transaction: Readonly<Record<string, unknown>>;
  readonly decision: Decision;
}

export interface StoredRecord {
  readonly row: TransactionRow;
  readonly status: TransactionStatus;
  readonly transaction: Readonly<Record<string, unknown>>;
  /** Undefined while the transaction is being decided. */
  readonly decision: Decision | undefined;
  readonly answered: Decision | undefined;
}

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

const asPosted = ({ card: _card, ...transaction }: SanitisedTransaction) => ({
  ...transaction,
  creditCard: { ...transaction.creditCard, authCode: '' },
});

type Deps = { readonly db: Queryable; readonly vault: Vault };

/** Everything stored about a transaction, or undefined when the id is unknown. */
export const loadRecord = async (
  deps: Deps,
  transactionId: string,
): Promise<StoredRecord | undefined> => {
  const row = await findTransaction(deps.db, transactionId);
  if (row === undefined) return undefined;
  const { transaction } = await loadTransaction(deps, transactionId);
  const decision = await findDecision(deps.db, transactionId);
  const verdict = await findLatestVerdict(deps.db, transactionId);
  return {
    row,
    status: row.status,
    transaction: asPosted(transaction),
    decision: decision && currentDecision(deps.vault, decision, verdict),
    answered: decision && (JSON.parse(decision.answer) as Decision),
  };
};

/** The record that OMS gets with `process` or `cancel`. Throws when there is no decision yet. */
export const buildRecord = async (
  deps: Deps,
  transactionId: string,
): Promise<{ record: TransactionRecord; row: TransactionRow }> => {
  const stored = await loadRecord(deps, transactionId);
  if (stored?.decision === undefined) throw new Error('the transaction has no decision yet');
  return {
    row: stored.row,
    record: {
      transactionId,
      createdDate: dayOf(stored.row.received_at),
      lastModifiedDate: dayOf(stored.row.updated_at),
      transaction: stored.transaction,
      decision: stored.decision,
    },
  };
};
