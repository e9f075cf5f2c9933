import type { List, NewList } from '../../contracts/v1/lists.js';
import { insertAudit } from '../../db/audit.js';
import { findList, insertList, listLists as listRows, type ListRow } from '../../db/lists.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import type { Context } from '../context.js';

/** A list as the API shows it. */
const viewList = (row: ListRow): List => ({
  name: row.name,
  kind: row.kind,
  valueKind: row.value_kind,
  description: row.description,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
});

/** Every list, by name. */
export const listLists = async ({ db }: Context): Promise<List[]> =>
  (await listRows(db)).map(viewList);

export type CreatedList =
  | { readonly kind: 'created' | 'repeated'; readonly list: List }
  /** A list of this name holds values of another kind. */
  | { readonly kind: 'name_taken' };

/** Creates a list of values. A repeat returns the list as it is and writes nothing. */
export const createList = async (
  { db: pool, actor, now }: Context<'actor' | 'now', Pool>,
  given: NewList,
): Promise<CreatedList> =>
  inTransaction(pool, async (db) => {
    const row = await insertList(db, {
      name: given.name,
      value_kind: given.valueKind,
      description: maskReason(given.description),
      created_by: actor.name,
      created_at: now,
    });
    if (row === undefined) {
      const there = await findList(db, given.name);
      return there?.value_kind === given.valueKind
        ? { kind: 'repeated', list: viewList(there) }
        : { kind: 'name_taken' };
    }
    await insertAudit(db, {
      actor: actor.name,
      action: 'list.created',
      object: `list:${given.name}`,
      details: { list: given.name, subjectKind: given.valueKind },
      at: now,
    });
    return { kind: 'created', list: viewList(row) };
  });
