import { TemporarilyUnavailable } from '../../contracts/unavailable.js';
import type { RuleSetDiff, RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import type { Queryable } from '../../db/pool.js';
import { findDraft } from '../../db/rule-set-drafts.js';
import type { Context } from '../context.js';
import type { CheckContext } from './check.js';
import { compareRuleSets } from '../../domain/rule-text/compare.js';
import { findTextInForce } from './in-force.js';
import { readVersion, type ShippedRules } from './versions.js';
import { readRuleText } from './read-text.js';

export type Diffed =
  | { readonly kind: 'compared'; readonly diff: RuleSetDiff }
  | { readonly kind: 'unknown' | 'unknown_from' }
  /** One of the texts has no rules to compare. */
  | { readonly kind: 'refused'; readonly problems: readonly RuleTextProblem[] };

const compareWith = async (
  db: Queryable,
  shipped: ShippedRules,
  from: number,
  text: string,
): Promise<Diffed> => {
  const base = await readVersion({ db }, shipped, from);
  if (base === undefined) return { kind: 'unknown_from' };
  const [before, after] = [readRuleText(base.text), readRuleText(text)];
  if ('problems' in before) return { kind: 'refused', problems: before.problems };
  if ('problems' in after) return { kind: 'refused', problems: after.problems };
  const changes = compareRuleSets(before.content, after.content);
  const present = await findTextInForce({ db }, shipped);
  const read = present.version === from ? before : readRuleText(present.text);
  const inForce =
    'problems' in read
      ? null
      : { version: present.version, changes: compareRuleSets(read.content, after.content) };
  return { kind: 'compared', diff: { from, changes, inForce } };
};

/**
 * The differences of a version from another one, by default the previous one, and from what is in
 * force.
 */
export const diffVersion = async (
  { db }: Context,
  shipped: ShippedRules,
  version: number,
  from: number | undefined,
): Promise<Diffed> => {
  const found = await readVersion({ db }, shipped, version);
  if (found === undefined) return { kind: 'unknown' };
  return compareWith(db, shipped, from ?? Math.max(0, version - 1), found.text);
};

/**
 * The differences of a draft from a version, by default its base, and from what is in force. A
 * draft is untrusted, so `guard` reads it first. Throws `TemporarilyUnavailable`, also while too
 * many texts wait to be read.
 */
export const diffDraft = async (
  { db, shipped, guard }: CheckContext & { readonly shipped: ShippedRules },
  draftId: string,
  from: number | undefined,
): Promise<Diffed> => {
  const draft = await findDraft(db, draftId);
  if (draft === undefined) return { kind: 'unknown' };
  const answer = await guard.check(draft.text);
  if (answer.kind === 'overloaded') throw new TemporarilyUnavailable('rule reader');
  if (answer.kind === 'refused') return answer;
  return compareWith(db, shipped, from ?? draft.base_version, draft.text);
};
