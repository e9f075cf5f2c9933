import { z } from 'zod';
import { type Queryable, reached } from './pool.js';
import { parseRows } from './rows.js';

export const noteKinds = ['note', 'take_over', 'reassignment', 'escalation', 'hold'] as const;
/** What a note is: a plain one, or the reason of another act. */
export type NoteKind = (typeof noteKinds)[number];

const NoteRow = z.object({
  note_id: z.string(),
  case_id: z.string(),
  kind: z.enum(noteKinds),
  /** Sealed. */
  text: z.instanceof(Buffer),
  written_by: z.string(),
  written_at: z.date(),
});
export type NoteRow = z.output<typeof NoteRow>;

export const insertNote = async (
  db: Queryable,
  note: {
    readonly noteId: string;
    readonly caseId: string;
    readonly kind: NoteKind;
    /** Sealed. */
    readonly text: Buffer;
    readonly by: string;
    readonly at: Date;
  },
): Promise<void> => {
  await reached(
    db.query({
      name: 'insert-note',
      text: `insert into case_notes (note_id, case_id, kind, text, written_by, written_at)
        values ($1, $2, $3, $4, $5, $6)`,
      values: [note.noteId, note.caseId, note.kind, note.text, note.by, note.at],
    }),
  );
};

/** The notes of a case, oldest first. */
export const listNoteRows = async (db: Queryable, caseId: string): Promise<NoteRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-notes',
      text: `select note_id, case_id, kind, text, written_by, written_at from case_notes
        where case_id = $1 order by written_at, note_id`,
      values: [caseId],
    }),
  );
  return parseRows(NoteRow, rows);
};

/** Notifies accounts of a note. */
export const insertMentions = async (
  db: Queryable,
  mention: {
    readonly noteId: string;
    readonly accounts: readonly string[];
    readonly at: Date;
  },
): Promise<void> => {
  if (mention.accounts.length === 0) return;
  await reached(
    db.query({
      name: 'insert-mentions',
      text: `insert into mentions (note_id, account, mentioned_at)
        select $1, account, $3 from unnest($2::text[]) as account`,
      values: [mention.noteId, mention.accounts, mention.at],
    }),
  );
};

const MentionRow = z.object({
  mention_id: z.string().transform(Number),
  case_id: z.string(),
  note_id: z.string(),
  written_by: z.string(),
  mentioned_at: z.date(),
});

/** The unread mentions of an account, latest first. */
export const listUnreadMentions = async (
  db: Queryable,
  account: string,
): Promise<z.output<typeof MentionRow>[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-unread-mentions',
      text: `select m.mention_id, n.case_id, m.note_id, n.written_by, m.mentioned_at
        from mentions m join case_notes n using (note_id)
        where m.account = $1 and m.read_at is null
        order by m.mention_id desc limit 200`,
      values: [account],
    }),
  );
  return parseRows(MentionRow, rows);
};

/** Marks mentions of an account as read; returns how many were unread. */
export const setMentionsRead = async (
  db: Queryable,
  account: string,
  mentionIds: readonly number[],
  at: Date,
): Promise<number> => {
  const { rowCount } = await reached(
    db.query({
      name: 'set-mentions-read',
      text: `update mentions set read_at = $3
        where account = $1 and mention_id = any($2::bigint[]) and read_at is null`,
      values: [account, mentionIds, at],
    }),
  );
  return rowCount ?? 0;
};
