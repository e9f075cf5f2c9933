import { randomUUID } from 'node:crypto';
import {
  insertMentions,
  insertNote,
  listNoteRows,
  type NoteKind,
  type NoteRow,
} from '../../db/case-notes.js';
import { type CaseWorkRow, insertCaseEvent } from '../../db/case-work.js';
import type { Pool } from '../../db/pool.js';
import { maskCardNumbers } from '../../domain/mask.js';
import type { Context, Vault } from '../context.js';
import { changeCase } from './change.js';

/** A note on a case. */
export interface Note {
  readonly noteId: string;
  readonly kind: NoteKind;
  readonly text: string;
  readonly by: string;
  readonly at: string;
}

/** The vault context of a note's text. */
const contextOf = (caseId: string, noteId: string): string => `${caseId}:note:${noteId}`;

/** The text of a note. Throws when its key is gone. */
export const openNote = (
  vault: Vault,
  row: Pick<NoteRow, 'text' | 'case_id' | 'note_id'>,
): string => vault.open(row.text, contextOf(row.case_id, row.note_id));

const show = (vault: Vault, row: NoteRow): Note => ({
  noteId: row.note_id,
  kind: row.kind,
  text: openNote(vault, row),
  by: row.written_by,
  at: row.written_at.toISOString(),
});

/** Names that a text mentions: `@ann` at its start or after a blank or a bracket. */
const mentionedIn = (text: string): string[] =>
  [...text.matchAll(/(?<=^|[\s([{"'])@([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)/giu)].map(
    ([, name = '']) => name.toLowerCase(),
  );

/** The most people that one note notifies. */
const mentionsMax = 20;

/** Stores a note, sealed and without card numbers, in the caller's database transaction. */
export const storeNote = async (
  { db, vault, actor, now }: Context<'vault' | 'actor' | 'now'>,
  { case_id: caseId }: Pick<CaseWorkRow, 'case_id'>,
  { kind, text }: { readonly kind: NoteKind; readonly text: string },
): Promise<Note> => {
  const noteId = randomUUID();
  const masked = maskCardNumbers(text);
  const sealed = vault.seal(masked, contextOf(caseId, noteId));
  await insertNote(db, { noteId, caseId, kind, text: sealed, by: actor.name, at: now });
  return { noteId, kind, text: masked, by: actor.name, at: now.toISOString() };
};

/**
 * Adds a note to a case, open or closed. The accounts that it names with `@`, and those in
 * `mentions`, are notified.
 */
export const addNote = (
  context: Context<'vault' | 'actor' | 'now', Pool>,
  caseId: string,
  { text, mentions = [] }: { readonly text: string; readonly mentions?: readonly string[] },
): Promise<{ readonly kind: 'added'; readonly note: Note } | { readonly kind: 'unknown' }> =>
  changeCase<{ readonly kind: 'added'; readonly note: Note }>(
    context,
    caseId,
    async (db, { row }) => {
      const { actor, now: at } = context;
      const note = await storeNote({ ...context, db }, row, { kind: 'note', text });
      const named = [...mentionedIn(text), ...mentions.map((name) => name.toLowerCase())];
      const accounts = [...new Set(named)].slice(0, mentionsMax);
      await insertMentions(db, { noteId: note.noteId, accounts, at });
      await insertCaseEvent(db, 'noted', {
        ...{ at, actor: actor.name, object: row.transaction_id },
        details: { caseId, noteId: note.noteId, mentions: accounts.length },
      });
      return { kind: 'added', note };
    },
  );

/** The notes of a case, oldest first. */
export const listNotes = async ({ db, vault }: Context<'vault'>, caseId: string): Promise<Note[]> =>
  (await listNoteRows(db, caseId)).map((row) => show(vault, row));
