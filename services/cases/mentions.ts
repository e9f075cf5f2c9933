import { listUnreadMentions, setMentionsRead } from '../../db/case-notes.js';
import type { Context } from '../context.js';

/** A note that names the caller. */
export interface Mention {
  readonly mentionId: number;
  readonly caseId: string;
  readonly noteId: string;
  readonly by: string;
  readonly at: string;
}

/** The account of an actor: what follows the role in its name. */
const accountOf = ({ actor }: Context<'actor'>): string =>
  actor.name.slice(actor.name.indexOf(':') + 1).toLowerCase();

/** The caller's unread mentions, latest first, at most two hundred. */
export const listMentions = async (context: Context<'actor'>): Promise<Mention[]> =>
  (await listUnreadMentions(context.db, accountOf(context))).map((row) => ({
    mentionId: row.mention_id,
    caseId: row.case_id,
    noteId: row.note_id,
    by: row.written_by,
    at: row.mentioned_at.toISOString(),
  }));

/** Marks mentions of the caller as read; returns how many were unread. */
export const readMentions = (
  context: Context<'actor' | 'now'>,
  mentionIds: readonly number[],
): Promise<number> => setMentionsRead(context.db, accountOf(context), mentionIds, context.now);
