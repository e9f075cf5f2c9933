import { z } from 'zod';
import { type DraftState, draftStates } from '../contracts/v1/rule-sets.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

const DraftRow = z.object({
  draft_id: z.string(),
  name: z.string(),
  revision: z.number(),
  base_version: z.number(),
  state: z.enum(draftStates),
  editors: z.array(z.string()),
  created_at: z.date(),
  updated_at: z.date(),
});
export type DraftRow = z.output<typeof DraftRow>;

const DraftTextRow = DraftRow.extend({
  text: z.string(),
  /** The shipped file that it is based on; null when its base is a stored version. */
  base_text: z.string().nullable(),
});
export type DraftTextRow = z.output<typeof DraftTextRow>;

const columns = 'draft_id, name, revision, base_version, state, editors, created_at, updated_at';

/** An upper bound of one answer: more drafts than anybody keeps. */
const draftsMax = 500;

/** Drafts in one state, latest changed first, without their texts. */
export const listDraftRows = async (db: Queryable, state: DraftState): Promise<DraftRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-rule-set-drafts',
      text: `select ${columns} from rule_set_drafts where state = $1
        order by updated_at desc, draft_id limit $2`,
      values: [state, draftsMax],
    }),
  );
  return parseRows(DraftRow, rows);
};

export const findDraft = async (
  db: Queryable,
  draftId: string,
): Promise<DraftTextRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-rule-set-draft',
      text: `select ${columns}, text, base_text from rule_set_drafts where draft_id = $1`,
      values: [draftId],
    }),
  );
  return parseRow(DraftTextRow, rows);
};

/** Reads a draft and locks it until the commit. */
export const lockDraft = async (
  db: Queryable,
  draftId: string,
): Promise<DraftTextRow | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'lock-rule-set-draft',
      text: `select ${columns}, text, base_text from rule_set_drafts where draft_id = $1
        for no key update`,
      values: [draftId],
    }),
  );
  return parseRow(DraftTextRow, rows);
};

export const insertDraft = async (db: Queryable, row: DraftTextRow): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-rule-set-draft',
      text: `insert into rule_set_drafts (${columns}, text, base_text)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      values: [
        row.draft_id,
        row.name,
        row.revision,
        row.base_version,
        row.state,
        row.editors,
        row.created_at,
        row.updated_at,
        row.text,
        row.base_text,
      ],
    }),
  );
};

/** Stores the mutable columns of a draft that `lockDraft` returned. */
export const updateDraft = async (
  db: Queryable,
  row: Omit<DraftTextRow, 'created_at'>,
): Promise<void> => {
  await reached(
    db.query({
      name: 'update-rule-set-draft',
      text: `update rule_set_drafts set name = $2, text = $3, revision = $4, state = $5,
          editors = $6, updated_at = $7,
          base_version = $8, base_text = $9 where draft_id = $1`,
      values: [
        row.draft_id,
        row.name,
        row.text,
        row.revision,
        row.state,
        row.editors,
        row.updated_at,
        row.base_version,
        row.base_text,
      ],
    }),
  );
};
