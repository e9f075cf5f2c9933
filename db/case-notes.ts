import { z } from 'zod';
import { banners } from '../contracts/hbc/transaction.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

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

const mentioned = 'mentions m join case_notes n using (note_id)';

const MentionPageRow = NoteRow.omit({ kind: true, written_at: true }).extend({
  mention_id: z.string().transform(Number),
  mentioned_at: z.date(),
  read_at: z.date().nullable(),
  order_id: z.string(),
  banner: z.enum(banners),
  status: z.enum(['open', 'closed']),
});
export type MentionPageRow = z.output<typeof MentionPageRow>;

/** The mentions of an account with their notes and orders, latest first, read ones too. */
export const listMentionRows = async (
  db: Queryable,
  account: string,
  limit: number,
): Promise<MentionPageRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-mentions',
      text: `select m.mention_id, n.case_id, m.note_id, n.text, n.written_by, m.mentioned_at,
          m.read_at, t.order_id, c.banner, c.status
        from ${mentioned} join cases c using (case_id) join transactions t using (transaction_id)
        where m.account = $1 order by m.mention_id desc limit $2`,
      values: [account, limit],
    }),
  );
  return parseRows(MentionPageRow, rows);
};

const CountRow = z.object({ count: z.int() });

/** How many mentions an account has not read; with `after`, only those later than that one. */
export const countUnreadMentions = async (
  db: Queryable,
  account: string,
  after = 0,
): Promise<number> => {
  const { rows } = await reached(
    db.query({
      name: 'count-unread-mentions',
      text: `select count(*)::integer as count from mentions
        where account = $1 and read_at is null and mention_id > $2`,
      values: [account, after],
    }),
  );
  return parseRow(CountRow, rows)?.count ?? 0;
};

const PlaceRow = z.object({ case_id: z.string(), note_id: z.string() });

/** The note and the case of a mention of an account; undefined when it has no such mention. */
export const findMention = async (
  db: Queryable,
  account: string,
  mentionId: number,
): Promise<z.output<typeof PlaceRow> | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-mention',
      text: `select n.case_id, m.note_id from ${mentioned}
        where m.account = $1 and m.mention_id = $2`,
      values: [account, mentionId],
    }),
  );
  return parseRow(PlaceRow, rows);
};

/** Marks the mentions of an account as read, up to one; returns how many were unread. */
export const setMentionsReadUpTo = async (
  db: Queryable,
  account: string,
  { mentionId, at }: { readonly mentionId: number; readonly at: Date },
): Promise<number> => {
  const { rowCount } = await reached(
    db.query({
      name: 'set-mentions-read-up-to',
      text: `update mentions set read_at = $3
        where account = $1 and mention_id <= $2 and read_at is null`,
      values: [account, mentionId, at],
    }),
  );
  return rowCount ?? 0;
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
