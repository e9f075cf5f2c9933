import type { Queryable } from '../../db/pool.js';
import { findBody } from '../../db/transactions.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Vault } from '../ports.js';

export interface LoadedTransaction {
  readonly transaction: SanitisedTransaction;
  readonly receivedAt: Date;
}

/**
 * Opens the stored, sanitised transaction. The seal vouches for its shape: only `openTransaction`
 * writes it, from a parsed value. Throws `TemporarilyUnavailable`, and when the seal does not open.
 */
export const loadTransaction = async (
  deps: { readonly db: Queryable; readonly vault: Vault },
  transactionId: string,
): Promise<LoadedTransaction> => {
  const row = await findBody(deps.db, transactionId);
  if (row === undefined) throw new Error(`transaction ${transactionId} is not stored`);
  const transaction = JSON.parse(deps.vault.open(row.body, transactionId)) as SanitisedTransaction;
  return { transaction, receivedAt: row.receivedAt };
};
