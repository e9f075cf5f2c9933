import { z } from 'zod';
import type { CaseSummary } from '../../contracts/v1/cases.js';
import { type CaseFilter, listCases as listCaseRows } from '../../db/cases.js';
import type { Queryable } from '../../db/pool.js';
import { printCursor, readCursor } from '../cursor.js';
import { summariseCase } from './summarise.js';

/** Position after the last case of a page. */
const Cursor = z.object({
  dueAt: z.iso.datetime().transform((text) => new Date(text)),
  id: z.uuid(),
});

/** Reads a cursor that an earlier page gave; undefined when it is not one. */
export const readCaseCursor = (cursor: string): z.output<typeof Cursor> | undefined =>
  readCursor(Cursor, cursor);

const cursorOf = (last: CaseSummary): string => printCursor({ dueAt: last.dueAt, id: last.caseId });

/**
 * One page of cases, soonest due first. Times are cut to milliseconds in the cursor, as they are
 * in the database's rows, so a page never skips or repeats a case.
 */
export const listCases = async (
  db: Queryable,
  query: {
    readonly filter: CaseFilter;
    readonly after: z.output<typeof Cursor> | undefined;
    readonly limit: number;
    readonly now: Date;
  },
): Promise<{ cases: CaseSummary[]; nextCursor: string | null }> => {
  const after = query.after && { dueAt: query.after.dueAt, caseId: query.after.id };
  const rows = await listCaseRows(db, query.filter, after, query.limit + 1);
  const cases = rows.slice(0, query.limit).map((row) => summariseCase(row, query.now));
  const last = cases.at(-1);
  return { cases, nextCursor: rows.length > query.limit && last ? cursorOf(last) : null };
};
