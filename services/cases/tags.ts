import { deleteTag, insertTag } from '../../db/case-tags.js';
import { insertCaseEvent } from '../../db/case-work.js';
import type { Pool } from '../../db/pool.js';
import type { Context } from '../context.js';
import { changeCase } from './change.js';

type TagResult = { readonly kind: 'changed' | 'unchanged' } | { readonly kind: 'unknown' };

const change = (
  context: Context<'actor' | 'now', Pool>,
  caseId: string,
  { tag, isAdded }: { readonly tag: string; readonly isAdded: boolean },
): Promise<TagResult> =>
  changeCase<TagResult>(context, caseId, async (db, { row }) => {
    const { actor, now: at } = context;
    const isChanged = isAdded
      ? await insertTag(db, { caseId, tag, by: actor.name, at })
      : await deleteTag(db, { caseId, tag });
    if (!isChanged) return { kind: 'unchanged' };
    await insertCaseEvent(db, 'tagged', {
      ...{ at, actor: actor.name, object: row.transaction_id },
      details: { caseId, tag, isAdded },
    });
    return { kind: 'changed' };
  });

/** Adds a tag to a case, open or closed. A tag is a code such as `gift-ring`, nothing personal. */
export const addTag = (
  context: Context<'actor' | 'now', Pool>,
  caseId: string,
  tag: string,
): Promise<TagResult> => change(context, caseId, { tag, isAdded: true });

/** Removes a tag from a case. */
export const removeTag = (
  context: Context<'actor' | 'now', Pool>,
  caseId: string,
  tag: string,
): Promise<TagResult> => change(context, caseId, { tag, isAdded: false });
