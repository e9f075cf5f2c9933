import { z } from 'zod';
import type { LabelPage } from '../../contracts/v1/labels.js';
import { type LabelFilter, listLabels as listLabelRows, type LabelRow } from '../../db/labels.js';
import type { Queryable } from '../../db/pool.js';
import { printCursor, readCursor } from '../cursor.js';
import { showLabel } from './show-label.js';

/** Position after the last statement of a page. */
const Cursor = z.object({
  saidAt: z.iso.datetime().transform((text) => new Date(text)),
  position: z.string().regex(/^\d{1,18}$/),
});
type Cursor = z.output<typeof Cursor>;

/** Reads a cursor that an earlier page gave; undefined when it is not one. */
export const readLabelCursor = (cursor: string): Cursor | undefined => readCursor(Cursor, cursor);

const cursorOf = ({ said_at: saidAt, position }: LabelRow): string =>
  printCursor({ saidAt: saidAt.toISOString(), position });

/** One page of statements, the latest first. */
export const listLabels = async (
  db: Queryable,
  query: {
    readonly filter: LabelFilter;
    readonly after: Cursor | undefined;
    readonly limit: number;
  },
): Promise<LabelPage> => {
  const rows = await listLabelRows(db, query.filter, query.after, query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    labels: page.map(showLabel),
    nextCursor: rows.length > query.limit && last ? cursorOf(last) : null,
  };
};
