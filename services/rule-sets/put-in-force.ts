import type { RuleSetNames, RuleSetPublished } from '../../contracts/v1/rule-set-changes.js';
import type { RuleSetInForce, RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { insertAudit } from '../../db/audit.js';
import { insertFlagExpectations } from '../../db/flag-guard.js';
import type { Queryable } from '../../db/pool.js';
import { findDraft } from '../../db/rule-set-drafts.js';
import { findRuleSetVersions, insertPublication, wasPublished } from '../../db/rule-sets.js';
import { maskReason } from '../../domain/lists/mask-reason.js';
import { compareRuleSets } from '../../domain/rule-text/compare.js';
import type { RuleScale, Weighed } from '../confirmation.js';
import type { Context } from '../context.js';
import { expectFlags } from '../flag-guard/expectation.js';
import type { FactContext } from '../transactions/fact-source.js';
import type { CheckContext } from './check.js';
import { findTextInForce, type TextInForce, viewInForce } from './in-force.js';
import type { ReadRuleText } from '../../domain/rule-text/read.js';
import { readRuleText } from './read-text.js';
import { findHashBefore, type ShippedRules } from './versions.js';

/**
 * Whether four eyes require another person to use this version: it has never been in force, and the
 * actor edited its draft.
 */
export const needsAnother = async (
  { db, actor }: Context<'actor'>,
  version: number,
): Promise<boolean> => {
  const [row] = await findRuleSetVersions(db, [version]);
  if (row === undefined || row.draft_id === null) return false;
  if (await wasPublished(db, version)) return false;
  const draft = await findDraft(db, row.draft_id);
  return draft?.editors.includes(actor.name) === true;
};

/** The context for using rules: checking their text and weighing their effects. */
export type PublishContext<Db extends Queryable = Queryable> = FactContext<Db> &
  CheckContext<Db> &
  Context<'actor' | 'now', Db> & {
    readonly shipped: ShippedRules;
    /** Whether a draft needs a publisher who did not edit it. */
    readonly fourEyes: boolean;
  };

/** A change with large effects that nobody has confirmed. */
export type NeedsConfirmation = { readonly kind: 'needs_confirmation' } & Omit<
  Weighed & { readonly isNeeded: true },
  'isNeeded'
>;

export type PublishedRules =
  | { readonly kind: 'published' | 'unchanged'; readonly inForce: RuleSetPublished }
  | NeedsConfirmation
  | { readonly kind: 'refused'; readonly problems: readonly RuleTextProblem[] }
  /** Another version than the expected one is in force, or the draft was changed meanwhile. */
  | { readonly kind: 'version_conflict' | 'revision_conflict' }
  /** Its base is not in force. */
  | { readonly kind: 'stale_base' }
  /** An editor may not publish it; the publisher must name the revision that they have read. */
  | { readonly kind: 'four_eyes' | 'revision_needed' }
  /** There is no such draft or version, or the draft was published or discarded. */
  | { readonly kind: 'unknown' | 'closed' };

interface ToPutInForce {
  readonly checked: ReadRuleText;
  readonly note: string;
  readonly expectedVersion: number | undefined;
  readonly scale: RuleScale;
  readonly isStale: (inForce: TextInForce) => boolean | Promise<boolean>;
  /** Returns the version's number; called only once it is certain to come into force. */
  readonly number: () => Promise<number>;
}

/** The names of rules, overrides and bands that a publication changes. */
const summarise = (before: string, { content }: ReadRuleText): RuleSetNames | undefined => {
  const read = readRuleText(before);
  if ('problems' in read) return undefined;
  const changes = compareRuleSets(read.content, content);
  const named = (kind: string) =>
    changes
      .filter((change) => change.kind === kind)
      .map(({ banner, rule, fields }) => {
        const what = rule ?? (fields[0]?.field === 'order' ? 'order' : 'bands');
        return banner === null ? what : `${banner}:${what}`;
      });
  return { added: named('added'), removed: named('removed'), changed: named('changed') };
};

const noChanges: RuleSetNames = { added: [], removed: [], changed: [] };

/**
 * The confirmation that a weighed change still needs. A rollback to the previous rules needs none:
 * it must be quick. A conflict when other rules came into force since it was weighed.
 */
export const confirmationOf = async (
  context: Context,
  shipped: ShippedRules,
  {
    before,
    hash,
    scale,
  }: { readonly before: TextInForce; readonly hash: string; readonly scale: RuleScale },
): Promise<NeedsConfirmation | { readonly kind: 'version_conflict' } | undefined> => {
  if (hash === (await findHashBefore(context, shipped))) return undefined;
  const weighed = scale.cached(before);
  if (weighed === undefined) return { kind: 'version_conflict' };
  if (!weighed.isNeeded) return undefined;
  const { confirm, figures } = weighed;
  return { kind: 'needs_confirmation', confirm, figures };
};

interface NewPublication {
  readonly before: TextInForce;
  readonly checked: ReadRuleText;
  readonly note: string;
  readonly version: number;
  /** What the audit row says besides. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Stores a publication with what it is expected to flag, and its audit row. Call it under
 * `lockRuleSets`, once nothing stands against it.
 */
export const storePublication = async (
  context: Context<'actor' | 'now'>,
  { before, checked, note, version, details }: NewPublication,
): Promise<PublishedRules & { readonly kind: 'published' }> => {
  const { db, actor, now } = context;
  const { hash, rules } = checked.ruleSet;
  const masked = maskReason(note);
  const last = { version: before.version, publication: before.publication?.publication ?? null };
  const expected = await expectFlags(context, { version, hash, before: last });
  const publication = await insertPublication(db, {
    version,
    note: masked,
    author: actor.name,
    published_at: now,
  });
  await insertFlagExpectations(db, publication.publication, expected);
  const changes = summarise(before.text, checked);
  await insertAudit(db, {
    actor: actor.name,
    action: 'rule_set.published',
    object: 'rule-set',
    details: { version, hash, note: masked, from: before.version, changes, ...details },
    at: publication.published_at,
  });
  const inForce: RuleSetInForce = viewInForce({ version, hash, publication }, rules.length);
  return { kind: 'published', inForce: { ...inForce, changes: changes ?? null } };
};

/**
 * Puts a checked text in force, with one audit row. Rules already in force are returned as they
 * are, and nothing is written. Call it under `lockRuleSets`.
 */
export const putInForce = async (
  context: Context<'actor' | 'now'>,
  shipped: ShippedRules,
  { checked, note, expectedVersion, isStale, scale, number }: ToPutInForce,
): Promise<PublishedRules> => {
  const before = await findTextInForce(context, shipped);
  if (await isStale(before)) return { kind: 'stale_base' };
  if (expectedVersion !== undefined && expectedVersion !== before.version) {
    return { kind: 'version_conflict' };
  }
  const { hash, rules } = checked.ruleSet;
  if (hash === before.hash) {
    const inForce = { ...viewInForce(before, rules.length), changes: noChanges };
    return { kind: 'unchanged', inForce };
  }
  const needed = await confirmationOf(context, shipped, { before, hash, scale });
  if (needed !== undefined) return needed;
  return storePublication(context, { before, checked, note, version: await number() });
};
