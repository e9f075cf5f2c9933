import type { Banner } from '../../contracts/hbc/transaction.js';
import { insertAudit } from '../../db/audit.js';
import {
  countUnreadMentions,
  findMention,
  listMentionRows,
  listUnreadMentions,
  type MentionPageRow,
  setMentionsRead,
  setMentionsReadUpTo,
} from '../../db/case-notes.js';
import type { Context, Vault } from '../context.js';
import { openNote } from './notes.js';

/** A note that names the caller. */
export interface Mention {
  readonly mentionId: number;
  readonly caseId: string;
  readonly noteId: string;
  readonly by: string;
  readonly at: string;
}

/** A mention as its page shows it. */
export interface ShownMention extends Mention {
  readonly isRead: boolean;
  /** The note's text; undefined when it cannot be opened. */
  readonly text: string | undefined;
  readonly orderId: string;
  readonly banner: Banner;
  readonly status: 'open' | 'closed';
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

/** A note whose key is missing must not take the whole page with it. */
const textOf = (vault: Vault, row: MentionPageRow): string | undefined => {
  try {
    return openNote(vault, row);
  } catch {
    return undefined;
  }
};

/** Older mentions are found on their cases. */
const shownMax = 100;

/**
 * The caller's mentions with the notes' texts, latest first, read ones too. Audited with their
 * cases, as notes may name people.
 */
export const showMentions = async (
  context: Context<'vault' | 'actor' | 'now'>,
): Promise<ShownMention[]> => {
  const { db, vault, actor, now: at } = context;
  const rows = await listMentionRows(db, accountOf(context), shownMax);
  if (rows.length > 0) {
    const caseIds = [...new Set(rows.map(({ case_id: id }) => id))];
    await insertAudit(db, {
      ...{ actor: actor.name, action: 'mentions.read', object: 'mentions' },
      ...{ details: { caseIds }, at },
    });
  }
  return rows.map((row) => ({
    mentionId: row.mention_id,
    caseId: row.case_id,
    noteId: row.note_id,
    by: row.written_by,
    at: row.mentioned_at.toISOString(),
    isRead: row.read_at !== null,
    text: textOf(vault, row),
    orderId: row.order_id,
    banner: row.banner,
    status: row.status,
  }));
};

/** How many mentions the caller has not read; with `after`, only those later than that one. */
export const countMentions = (context: Context<'actor'>, after?: number): Promise<number> =>
  countUnreadMentions(context.db, accountOf(context), after);

/** Marks a mention as read and says where its note is; undefined when the caller has none such. */
export const openMention = async (
  context: Context<'actor' | 'now'>,
  mentionId: number,
): Promise<Pick<Mention, 'caseId' | 'noteId'> | undefined> => {
  const account = accountOf(context);
  const found = await findMention(context.db, account, mentionId);
  if (found === undefined) return undefined;
  await setMentionsRead(context.db, account, [mentionId], context.now);
  return { caseId: found.case_id, noteId: found.note_id };
};

/** Marks mentions of the caller as read; returns how many were unread. */
export const readMentions = (
  context: Context<'actor' | 'now'>,
  mentionIds: readonly number[],
): Promise<number> => setMentionsRead(context.db, accountOf(context), mentionIds, context.now);

/** Marks the caller's mentions as read, up to one; later ones stay unread. */
export const readMentionsUpTo = (
  context: Context<'actor' | 'now'>,
  mentionId: number,
): Promise<number> =>
  setMentionsReadUpTo(context.db, accountOf(context), { mentionId, at: context.now });
