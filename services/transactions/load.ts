import type { Queryable } from '../../db/pool.js';
import { findBody } from '../../db/transactions.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Vault } from '../ports.js';

export interface LoadedTransaction {
  readonly transaction: SanitisedTransaction;
  readonly receivedAt: Date;
}

/**
 * Opens a stored body. The seal vouches for its shape: only `openTransaction` writes it, from a
 * parsed value. Throws when the seal does not open.
 */
export const openBody = (vault: Vault, transactionId: string, body: Buffer): SanitisedTransaction =>
  JSON.parse(vault.open(body, transactionId)) as SanitisedTransaction;

/** The stored, sanitised transaction. Throws `TemporarilyUnavailable`, and like `openBody`. */
export const loadTransaction = async (
  deps: { readonly db: Queryable; readonly vault: Vault },
  transactionId: string,
): Promise<LoadedTransaction> => {
  const row = await findBody(deps.db, transactionId);
  if (row === undefined) throw new Error(`transaction ${transactionId} is not stored`);
  return {
    transaction: openBody(deps.vault, transactionId, row.body),
    receivedAt: row.receivedAt,
  };
};
