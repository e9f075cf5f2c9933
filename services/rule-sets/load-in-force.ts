import { findRunningTrial, type TrialRow } from '../../db/rule-set-trials.js';
import type { Queryable } from '../../db/pool.js';
import { findLatestPublication, findRuleSetVersions } from '../../db/rule-sets.js';
import type { NumberedRuleSet, RulesInForce } from '../../domain/rules/in-force.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { readRuleText } from './read-text.js';
import { RulesRefused } from './rules-refused.js';

/**
 * What became of versions, by number: compiled, or the rules that cannot be. A version never
 * changes, so that each is looked at once.
 */
export type KnownRuleSets = Map<number, RuleSet | readonly string[]>;

/** Two are needed at a time; some more are kept for those who go back and forth. */
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

const trialOf = (row: TrialRow, challenger: NumberedRuleSet): RulesInForce['trial'] => ({
  trialId: row.trial_id,
  mode: row.mode,
  percent: row.percent,
  by: row.subject,
  challenger,
});

/**
 * What decides now: the version in force and the trial beside it, in two cheap queries; each
 * process asks every second. A version's text is read and compiled once and then kept in `known`.
 * Throws `RulesRefused` for a version that this process cannot compile, and
 * `TemporarilyUnavailable` when Postgres is away.
 */
export const loadRulesInForce = async (
  db: Queryable,
  shipped: NumberedRuleSet,
  known: KnownRuleSets,
): Promise<RulesInForce> => {
  const [publication, trial] = await Promise.all([findLatestPublication(db), findRunningTrial(db)]);
  const version = publication?.version ?? 0;
  const versions = [version, ...(trial ? [trial.version] : [])];
  await learn(db, known, versions);
  const numbered = (wanted: number, usable?: RulesInForce): NumberedRuleSet => {
    const found = wanted === 0 ? shipped.ruleSet : (known.get(wanted) ?? []);
    if ('of' in found) return { version: wanted, ruleSet: found };
    throw new RulesRefused(wanted, found, usable);
  };
  const live = numbered(version);
  if (trial === undefined) return { live, trial: null };
  const challenger = numbered(trial.version, { live, trial: null });
  return { live, trial: trialOf(trial, challenger) };
};
