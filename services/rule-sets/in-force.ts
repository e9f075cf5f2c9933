import { z } from 'zod';
import { Rule } from '../../contracts/rules.js';
import type { RuleSetInForce } from '../../contracts/v1/rule-sets.js';
import type { Queryable } from '../../db/pool.js';
import { findInForce, type RunningTrial } from '../../db/rules-in-force.js';
import {
  findLatestPublication,
  findRuleSetVersions,
  type PublicationRow,
} from '../../db/rule-sets.js';
import { parseText } from '../../domain/rule-text/parse.js';
import type { NumberedRuleSet, RulesInForce } from '../../domain/rules/in-force.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import type { Context } from '../context.js';
import { readRuleText } from './read-text.js';
import { readVersion, RulesRefused, type ShippedRules } from './versions.js';

/** The text in force and its publication. */
export interface TextInForce {
  readonly version: number;
  readonly hash: string;
  readonly text: string;
  /** Undefined while nothing has been published. */
  readonly publication: PublicationRow | undefined;
}

/** The rule set in force as the API shows it; `rules` is the number of its rules. */
export const viewInForce = (
  { version, hash, publication }: Omit<TextInForce, 'text'>,
  rules: number | null,
): RuleSetInForce => ({
  version,
  hash,
  rules,
  publication: publication?.publication ?? null,
  note: publication?.note ?? '',
  author: publication?.author ?? null,
  since: publication?.published_at.toISOString() ?? null,
});

const countRules = (text: string): number | null => {
  const parsed = parseText(text);
  if ('problems' in parsed) return null;
  const raw = parsed.document.toJS() as { readonly rules?: unknown } | null;
  return Array.isArray(raw?.rules) ? raw.rules.length : null;
};

/** The text in force. */
export const findTextInForce = async (
  { db }: Context,
  shipped: ShippedRules,
): Promise<TextInForce> => {
  const publication = await findLatestPublication(db);
  const version = await readVersion({ db }, shipped, publication?.version ?? 0);
  // Publications run under a lock and name stored versions, which are never deleted.
  if (version === undefined) throw new Error('the version in force is not stored');
  return { version: version.version, hash: version.hash, text: version.text, publication };
};

/** Reads the rule set in force, for the API. */
export const readInForce = async (
  { db }: Context,
  shipped: ShippedRules,
): Promise<RuleSetInForce> => {
  const inForce = await findTextInForce({ db }, shipped);
  return viewInForce(inForce, countRules(inForce.text));
};

const Rules = z.object({ rules: z.array(Rule) });

/**
 * Reads the rule set in force with its rules as they are written; null when this release cannot
 * read them. Compiles nothing.
 */
export const readRulesInForce = async (
  { db }: Context,
  shipped: ShippedRules,
): Promise<{ readonly inForce: RuleSetInForce; readonly rules: readonly Rule[] | null }> => {
  const found = await findTextInForce({ db }, shipped);
  const parsed = parseText(found.text);
  const read = 'problems' in parsed ? undefined : Rules.safeParse(parsed.document.toJS());
  const rules = read?.success === true ? read.data.rules : null;
  return { inForce: viewInForce(found, rules?.length ?? null), rules };
};

/**
 * Versions by number: the compiled rule set, or the rules that cannot be compiled. A version never
 * changes, so each is read once.
 */
export type KnownRuleSets = Map<number, RuleSet | readonly string[]>;

/** Two are needed at a time; a few more are cached for rollbacks. */
const knownMax = 8;

const learn = async (
  db: Queryable,
  known: KnownRuleSets,
  versions: readonly number[],
): Promise<void> => {
  const missing = versions.filter((version) => version > 0 && !known.has(version));
  if (missing.length === 0) return;
  for (const { version, text } of await findRuleSetVersions(db, missing)) {
    const read = readRuleText(text);
    known.set(version, 'ruleSet' in read ? read.ruleSet : read.problems.map(({ rule }) => rule));
  }
  for (const version of known.keys()) {
    if (known.size <= knownMax) break;
    if (!versions.includes(version)) known.delete(version);
  }
};

const trialOf = (row: RunningTrial, challenger: NumberedRuleSet): RulesInForce['trial'] => ({
  trialId: row.trial_id,
  mode: row.mode,
  percent: row.percent,
  by: row.subject,
  challenger,
});

/**
 * Loads the version in force and the running trial with one cheap query: each process does so every
 * second. Caches each version's compiled text in `known`. Throws `RulesRefused` for a version that
 * this process cannot compile.
 */
export const loadRulesInForce = async (
  { db }: Context,
  shipped: NumberedRuleSet,
  known: KnownRuleSets,
): Promise<RulesInForce> => {
  const { version, trial } = await findInForce(db);
  const versions = [version, ...(trial ? [trial.trial_version] : [])];
  await learn(db, known, versions);
  const numbered = (wanted: number, usable?: RulesInForce): NumberedRuleSet => {
    const found = wanted === 0 ? shipped.ruleSet : (known.get(wanted) ?? []);
    if ('of' in found) return { version: wanted, ruleSet: found };
    throw new RulesRefused(wanted, found, usable);
  };
  const live = numbered(version);
  if (trial === undefined) return { live, trial: null };
  const challenger = numbered(trial.trial_version, { live, trial: null });
  return { live, trial: trialOf(trial, challenger) };
};
