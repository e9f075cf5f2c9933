import { z } from 'zod';
import { conditionsOf, type QueueFilter } from './case-queue.js';
import { type Queryable, reached } from './pool.js';
import { parseRow } from './rows.js';

/** The number of cases that a filter leaves and that were opened after `since`. */
export const countOpenedAfter = async (
  db: Queryable,
  filter: QueueFilter,
  since: Date,
): Promise<number> => {
  const conditions = conditionsOf(filter);
  conditions.add(`c.opened_at > ${conditions.bind(since, 'timestamptz')}`);
  const { rows } = await reached(
    db.query(
      `select count(*)::integer as total from cases c where ${conditions.text()}`,
      conditions.values,
    ),
  );
  return parseRow(z.object({ total: z.int() }), rows)?.total ?? 0;
};
