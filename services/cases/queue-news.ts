import type { QueueFilter } from '../../db/case-queue.js';
import { listCasesByIds } from '../../db/cases.js';
import { countOpenedAfter } from '../../db/new-cases.js';
import type { Context } from '../context.js';
import { auditPage, type QueueRow, toQueueRows } from './queue.js';

/** Which cases a list has; what is absent filters nothing. */
export type CaseFilter = Omit<QueueFilter, 'now'>;

/** How many open cases came into the queue after `since` that a filter leaves. */
export const countNewCases = (
  { db, now }: Context<'now'>,
  { filter, since }: { readonly filter: CaseFilter; readonly since: Date },
): Promise<number> => countOpenedAfter(db, { status: 'open', ...filter, now }, since);

/**
 * Some rows of the queue as they are now, closed ones too. Audited with their cases, as a page of
 * the queue is (PCI DSS 10.2.1.1).
 */
export const readQueueRows = async (
  context: Context<'vault' | 'actor' | 'now'>,
  caseIds: readonly string[],
): Promise<QueueRow[]> => {
  const rows = await toQueueRows(context, await listCasesByIds(context.db, caseIds));
  await auditPage(context, 'queue.read', rows);
  return rows;
};
