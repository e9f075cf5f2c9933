import { z } from 'zod';
import { entryKinds, listKinds } from '../contracts/v1/lists.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const ListRow = z.object({
  name: z.string(),
  kind: z.enum(listKinds),
  value_kind: z.enum(entryKinds).nullable(),
  description: z.string(),
  created_by: z.string(),
  created_at: z.date(),
});
export type ListRow = z.output<typeof ListRow>;

const columns = 'name, kind, value_kind, description, created_by, created_at';

/** Every list, by name. */
export const listLists = async (db: Queryable): Promise<ListRow[]> => {
  const { rows } = await reached(
    db.query({ name: 'list-lists', text: `select ${columns} from lists order by name` }),
  );
  return parseRows(ListRow, rows);
};

export const findList = async (db: Queryable, name: string): Promise<ListRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-list',
      text: `select ${columns} from lists where name = $1`,
      values: [name],
    }),
  );
  return parseRow(ListRow, rows);
};

/** Stores a list of values; undefined when the name is taken. */
export const insertList = async (
  db: Queryable,
  row: Pick<ListRow, 'name' | 'description' | 'created_by' | 'created_at'> & {
    readonly value_kind: string;
  },
): Promise<ListRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'insert-list',
      text: `insert into lists (${columns}) values ($1, 'values', $2, $3, $4, $5)
        on conflict do nothing returning ${columns}`,
      values: [row.name, row.value_kind, row.description, row.created_by, row.created_at],
    }),
  );
  return parseRow(ListRow, rows);
};

/**
 * Locks additions to this list until the commit. Returns the database's time, which also dates the
 * receipt of orders, so that both use one clock.
 */
export const lockList = async (db: Queryable, name: string): Promise<Date | undefined> => {
  await reached(
    db.query({
      name: 'lock-list',
      text: 'select from lists where name = $1 for no key update',
      values: [name],
    }),
  );
  const { rows } = await reached(
    db.query({ name: 'tell-time', text: 'select clock_timestamp()::timestamptz(3) as at' }),
  );
  return parseRow(z.object({ at: z.date() }), rows)?.at;
};
