import { type Queryable, reached } from './pool.js';

/** Adds a tag to a case; false when it has it already. */
export const insertTag = async (
  db: Queryable,
  tag: {
    readonly caseId: string;
    readonly tag: string;
    readonly by: string;
    readonly at: Date;
  },
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'insert-tag',
      text: `insert into case_tags (case_id, tag, added_by, added_at) values ($1, $2, $3, $4)
        on conflict do nothing`,
      values: [tag.caseId, tag.tag, tag.by, tag.at],
    }),
  );
  return rowCount === 1;
};

/** Removes a tag from a case; false when it does not have it. */
export const deleteTag = async (
  db: Queryable,
  { caseId, tag }: { readonly caseId: string; readonly tag: string },
): Promise<boolean> => {
  const { rowCount } = await reached(
    db.query({
      name: 'delete-tag',
      text: 'delete from case_tags where case_id = $1 and tag = $2',
      values: [caseId, tag],
    }),
  );
  return rowCount === 1;
};
