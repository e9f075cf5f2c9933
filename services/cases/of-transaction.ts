import { findCaseOfTransaction } from '../../db/cases.js';
import type { Context } from '../context.js';

/** The id of an order's case; undefined for an order that was never in review. */
export const findCaseId = async (
  { db }: Context,
  transactionId: string,
): Promise<string | undefined> => (await findCaseOfTransaction(db, transactionId))?.case_id;
