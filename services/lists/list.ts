import type { List } from '../../contracts/v1/lists.js';
import { listLists as listRows, type ListRow } from '../../db/lists.js';
import type { Queryable } from '../../db/pool.js';

/** A list as callers see it. */
export const viewList = (row: ListRow): List => ({
  name: row.name,
  kind: row.kind,
  valueKind: row.value_kind,
  description: row.description,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
});

/** Every list, by name. Throws `TemporarilyUnavailable`. */
export const listLists = async (db: Queryable): Promise<List[]> =>
  (await listRows(db)).map(viewList);
