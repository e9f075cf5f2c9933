import { findCase } from '../../db/cases.js';
import { readRecord } from '../transactions/records.js';

/** The record of a case's order, as `readRecord` reads it. Undefined when there is no such case. */
export const readCaseRecord = async (
  context: Parameters<typeof readRecord>[0],
  caseId: string,
): ReturnType<typeof readRecord> => {
  const row = await findCase(context.db, caseId);
  return row && readRecord(context, row.transaction_id);
};
