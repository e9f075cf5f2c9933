import { z } from 'zod';
import { conditionsOf, type QueueFilter } from './case-queue.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

/** The number of cases that match a filter and that were opened after `since` or are in `ids`. */
export const countNew = async (
  db: Queryable,
  filter: QueueFilter,
  { since, ids }: { readonly since: Date; readonly ids: readonly string[] },
): Promise<number> => {
  const conditions = conditionsOf(filter);
  const after = conditions.bind(since, 'timestamptz');
  conditions.add(`(c.opened_at > ${after} or c.case_id = any(${conditions.bind(ids, 'uuid[]')}))`);
  const { rows } = await reached(
    db.query(
      `select count(*)::integer as total from cases c where ${conditions.text()}`,
      conditions.values,
    ),
  );
  return parseRow(z.object({ total: z.int() }), rows)?.total ?? 0;
};
