import type { DraftPublication, VersionPublication } from '../../contracts/v1/rule-sets.js';
import { inTransaction, type Pool } from '../../db/pool.js';
import { type DraftTextRow, findDraft, lockDraft, updateDraft } from '../../db/rule-set-drafts.js';
import {
  findRuleSetVersions,
  findVersionOfDraft,
  insertRuleSetVersion,
  lockRuleSets,
  wasPublished,
} from '../../db/rule-sets.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { createRuleScale } from '../confirmation.js';
import { type Context, later } from '../context.js';
import { checkRuleText } from './check.js';
import { findTextInForce, type TextInForce } from './in-force.js';
import {
  needsAnother,
  type PublishContext,
  type PublishedRules,
  putInForce,
} from './put-in-force.js';
import { readVersion } from './versions.js';

interface NumberedDraft {
  readonly version: number;
  /** False when this text of the draft already has a number, from a trial. */
  readonly isNew: boolean;
}

/** Stores a version of a draft's present text. Call it under `lockRuleSets` with a checked text. */
export const numberDraft = async (
  { db, now }: Context<'now'>,
  draft: DraftTextRow,
  { hash, note }: { readonly hash: string; readonly note: string },
): Promise<NumberedDraft> => {
  const latest = await findVersionOfDraft(db, draft.draft_id);
  if (latest?.text === draft.text && latest.base_version === draft.base_version) {
    return { version: latest.version, isNew: false };
  }
  const version = await insertRuleSetVersion(db, {
    text: draft.text,
    hash,
    note,
    author: draft.editors.at(-1) ?? '',
    draft_id: draft.draft_id,
    created_at: now,
    base_version: draft.base_version,
  });
  return { version, isNew: true };
};

/** True when a draft's base is not in force: publishing it would undo later changes. */
export const isStaleDraft = (
  draft: Pick<DraftTextRow, 'base_version' | 'base_text'>,
  { version, text }: Pick<TextInForce, 'version' | 'text'>,
): boolean =>
  draft.base_version !== version || (draft.base_text !== null && draft.base_text !== text);

/**
 * As `isStaleDraft`, for a version that a trial made of a draft. A version that has been in force
 * is never stale: a rollback is always possible.
 */
export const isStaleVersion = async (
  { db }: Context,
  version: number,
  inForce: Pick<TextInForce, 'version'>,
): Promise<boolean> => {
  const [row] = await findRuleSetVersions(db, [version]);
  const base = row?.base_version ?? inForce.version;
  return base !== inForce.version && !(await wasPublished(db, version));
};

interface DraftToPublish {
  readonly draftId: string;
  readonly publication: DraftPublication;
}

/** Why this actor may not publish the draft now; undefined when nothing prevents it. */
const refusalOf = (
  { actor, fourEyes }: Pick<PublishContext, 'actor' | 'fourEyes'>,
  draft: DraftTextRow,
  { revision }: DraftPublication,
): PublishedRules | undefined => {
  if (draft.state !== 'open') return { kind: 'closed' };
  if (revision !== undefined && revision !== draft.revision) return { kind: 'revision_conflict' };
  if (!fourEyes) return undefined;
  if (draft.editors.includes(actor.name)) return { kind: 'four_eyes' };
  return revision === undefined ? { kind: 'revision_needed' } : undefined;
};

/**
 * Makes a draft the next version and puts it in force, in one transaction; publications are
 * serialised. A text with problems is refused with all of them, and a change with large effects
 * needs a confirmation.
 */
export const publishDraft = async (
  context: PublishContext<Pool>,
  { draftId, publication }: DraftToPublish,
): Promise<PublishedRules> => {
  const { now, shipped } = context;
  const { confirm, expectedVersion } = publication;
  const read = await findDraft(context.db, draftId);
  if (read === undefined) return { kind: 'unknown' };
  const refusal = refusalOf(context, read, publication);
  if (refusal !== undefined) return refusal;
  const checked = await checkRuleText(context, read.text);
  if ('problems' in checked) return { kind: 'refused', problems: checked.problems };
  const scale = createRuleScale(context, { checked, use: 'publication', confirm });
  const inForce = await findTextInForce(context, shipped);
  if (isStaleDraft(read, inForce)) return { kind: 'stale_base' };
  await scale.weigh(inForce);
  return inTransaction(context.db, async (db) => {
    const inside = { ...context, db };
    await lockRuleSets(db);
    const draft = await lockDraft(db, draftId);
    if (draft === undefined) return { kind: 'unknown' };
    // Publish only the text that was checked: a concurrent change is another revision.
    const meant = { ...publication, revision: read.revision };
    const late = refusalOf(context, draft, meant);
    if (late !== undefined) return late;
    const note = maskReason(publication.note);
    const { hash } = checked.ruleSet;
    const published = await putInForce(inside, shipped, {
      checked,
      note,
      expectedVersion,
      scale,
      isStale: (present) => isStaleDraft(draft, present),
      number: async () => (await numberDraft(inside, draft, { hash, note })).version,
    });
    if (published.kind === 'published') {
      await updateDraft(db, {
        ...draft,
        state: 'published',
        updated_at: later(now, draft.updated_at),
      });
    }
    return published;
  });
};

interface VersionToPublish {
  readonly version: number;
  readonly publication: VersionPublication;
}

/**
 * Puts an existing version in force, for instance to roll back. A version that has been in force
 * needs no second person, and the previous one no confirmation. A version that this release cannot
 * read is refused with its problems.
 */
export const publishVersion = async (
  context: PublishContext<Pool>,
  { version, publication }: VersionToPublish,
): Promise<PublishedRules> => {
  const { shipped, fourEyes } = context;
  const { note, expectedVersion, confirm } = publication;
  const found = await readVersion(context, shipped, version);
  if (found === undefined) return { kind: 'unknown' };
  if (fourEyes && (await needsAnother(context, version))) return { kind: 'four_eyes' };
  const checked = await checkRuleText(context, found.text);
  if ('problems' in checked) return { kind: 'refused', problems: checked.problems };
  const scale = createRuleScale(context, { checked, use: 'publication', confirm });
  await scale.weigh(await findTextInForce(context, shipped));
  return inTransaction(context.db, async (db) => {
    const inside = { ...context, db };
    await lockRuleSets(db);
    if (fourEyes && (await needsAnother(inside, version))) return { kind: 'four_eyes' };
    return putInForce(inside, shipped, {
      checked,
      note,
      expectedVersion,
      scale,
      isStale: (inForce) => isStaleVersion(inside, version, inForce),
      number: () => Promise.resolve(version),
    });
  });
};
