import { findCase } from '../../db/cases.js';
import type { SanitisedTransaction } from '../../domain/transaction.js';
import type { Context } from '../context.js';
import { loadTransaction } from '../transactions/records.js';

/**
 * Opens a case's order to put its subjects onto a list, where the entries are audited. Undefined
 * when there is no such case.
 */
export const readListable = async (
  context: Context<'vault'>,
  caseId: string,
): Promise<
  { readonly transactionId: string; readonly order: SanitisedTransaction } | undefined
> => {
  const row = await findCase(context.db, caseId);
  if (row === undefined) return undefined;
  const { transaction_id: transactionId } = row;
  const { transaction: order } = await loadTransaction(context, transactionId);
  return { transactionId, order };
};
