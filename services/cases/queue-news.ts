import type { QueueFilter } from '../../db/case-queue.js';
import { listCasesByIds } from '../../db/cases.js';
import { countNew } from '../../db/new-cases.js';
import type { Context } from '../context.js';
import { auditPage, type QueueRow, toQueueRows } from './queue.js';

/** Which cases a list has; what is absent filters nothing. */
export type CaseFilter = Omit<QueueFilter, 'now'>;

/**
 * How many open cases that pass a filter are new: opened after `since`, or one of `ids`, which
 * events have announced to a page. An order that was decided before `since` may be stored later.
 */
export const countNewCases = (
  { db, now }: Context<'now'>,
  {
    filter,
    ...news
  }: { readonly filter: CaseFilter; readonly since: Date; readonly ids: readonly string[] },
): Promise<number> => countNew(db, { status: 'open', ...filter, now }, news);

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
