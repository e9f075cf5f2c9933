import type { DraftPublication } from '../../contracts/v1/rule-sets.js';
import { inTransaction } from '../../db/pool.js';
import { type DraftTextRow, findDraft, lockDraft, updateDraft } from '../../db/rule-set-drafts.js';
import { lockRuleSets } from '../../db/rule-sets.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { createRuleScale } from '../confirmation/weigh-rules.js';
import { later } from '../later.js';
import type { Actor } from '../ports.js';
import { checkRuleText } from './check-text.js';
import { isStaleDraft } from './is-stale.js';
import { numberDraft } from './number-draft.js';
import { findTextInForce } from './read-in-force.js';
import { putInForce, type PublishDeps, type PublishedRules } from './put-in-force.js';

export interface DraftToPublish {
  readonly draftId: string;
  readonly publication: DraftPublication;
  readonly now: Date;
}

/** Why this actor may not publish the draft as it stands; undefined when nothing is against it. */
const refusalOf = (
  draft: DraftTextRow,
  fourEyes: boolean,
  actor: Actor,
  { revision }: DraftPublication,
): PublishedRules | undefined => {
  if (draft.state !== 'open') return { kind: 'closed' };
  if (revision !== undefined && revision !== draft.revision) return { kind: 'revision_conflict' };
  if (!fourEyes) return undefined;
  if (draft.editors.includes(actor.name)) return { kind: 'four_eyes' };
  return revision === undefined ? { kind: 'revision_needed' } : undefined;
};

/**
 * Makes a draft the next version and puts it in force, in one step; publications go one after the
 * other. A text with a problem is refused with all of them, and one that does a lot asks for a
 * confirmation. Throws `TemporarilyUnavailable`.
 */
export const publishDraft = async (
  deps: PublishDeps,
  actor: Actor,
  { draftId, publication, now }: DraftToPublish,
): Promise<PublishedRules> => {
  const { pool, shipped, fourEyes, guard } = deps;
  const { confirm, expectedVersion } = publication;
  const read = await findDraft(pool, draftId);
  if (read === undefined) return { kind: 'unknown' };
  const refusal = refusalOf(read, fourEyes, actor, publication);
  if (refusal !== undefined) return refusal;
  const checked = await checkRuleText({ db: pool, guard }, read.text);
  if ('problems' in checked) return { kind: 'refused', problems: checked.problems };
  const scale = createRuleScale(deps, { checked, use: 'publication', confirm, now });
  const inForce = await findTextInForce(pool, shipped);
  if (isStaleDraft(read, inForce)) return { kind: 'stale_base' };
  await scale.weigh(inForce);
  return inTransaction(pool, async (db) => {
    await lockRuleSets(db);
    const draft = await lockDraft(db, draftId);
    if (draft === undefined) return { kind: 'unknown' };
    // What was checked is what is published: a change made meanwhile is another text.
    const meant = { ...publication, revision: read.revision };
    const late = refusalOf(draft, fourEyes, actor, meant);
    if (late !== undefined) return late;
    const note = maskReason(publication.note);
    const { hash } = checked.ruleSet;
    const published = await putInForce(db, shipped, actor, {
      ...{ checked, note, expectedVersion, now, scale },
      isStale: (present) => isStaleDraft(draft, present),
      number: async () => (await numberDraft(db, draft, { hash, note, now })).version,
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
