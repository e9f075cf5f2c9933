import type { Queryable } from '../../db/pool.js';
import { findRuleSetVersions } from '../../db/rule-sets.js';
import type { NumberedRuleSet } from '../../domain/rules/in-force.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { readRuleText } from './read-text.js';
import { RulesRefused } from './rules-refused.js';

/** Those that were asked for last; a version never changes. */
export type LoadedVersions = Map<number, RuleSet>;

const loadedMax = 8;

const keep = (loaded: LoadedVersions, version: number, ruleSet: RuleSet): void => {
  loaded.delete(version);
  loaded.set(version, ruleSet);
  const [oldest] = loaded.keys();
  if (loaded.size > loadedMax && oldest !== undefined) loaded.delete(oldest);
};

/**
 * A version, compiled, whether or not it is in force; undefined when there is none. What was
 * compiled once is kept in `loaded`. Throws `RulesRefused` for one that this release cannot
 * compile, and `TemporarilyUnavailable`.
 */
export const loadVersion = async (
  db: Queryable,
  shipped: NumberedRuleSet,
  loaded: LoadedVersions,
  version: number,
): Promise<RuleSet | undefined> => {
  if (version === shipped.version) return shipped.ruleSet;
  const known = loaded.get(version);
  if (known !== undefined) {
    keep(loaded, version, known);
    return known;
  }
  const [row] = await findRuleSetVersions(db, [version]);
  if (row === undefined) return undefined;
  const read = readRuleText(row.text);
  if ('problems' in read) {
    throw new RulesRefused(
      version,
      read.problems.map(({ rule }) => rule),
    );
  }
  keep(loaded, version, read.ruleSet);
  return read.ruleSet;
};
