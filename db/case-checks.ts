import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

/** Ticks a point of a case's checklist; false when it is ticked already. */
export const insertCheck = async (
  db: Queryable,
  check: {
    readonly caseId: string;
    readonly item: string;
    readonly by: string;
    readonly at: Date;
  },
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'insert-check',
      text: `insert into case_checks (case_id, item, ticked_by, ticked_at) values ($1, $2, $3, $4)
        on conflict do nothing`,
      values: [check.caseId, check.item, check.by, check.at],
    }),
  );
  return rowCount === 1;
};

/** Takes a tick back; false when the point is not ticked. */
export const deleteCheck = async (
  db: Queryable,
  { caseId, item }: { readonly caseId: string; readonly item: string },
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'delete-check',
      text: 'delete from case_checks where case_id = $1 and item = $2',
      values: [caseId, item],
    }),
  );
  return rowCount === 1;
};

const CheckRow = z.object({ item: z.string(), ticked_by: z.string(), ticked_at: z.date() });

/** The ticked points of a case, oldest first. */
export const listCheckRows = async (
  db: Queryable,
  caseId: string,
): Promise<z.output<typeof CheckRow>[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-checks',
      text: `select item, ticked_by, ticked_at from case_checks where case_id = $1
        order by ticked_at, item`,
      values: [caseId],
    }),
  );
  return parseRows(CheckRow, rows);
};
