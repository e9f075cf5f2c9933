import { type Bands, RuleSetFile } from '../../contracts/rules.js';
import type { Settings } from '../../contracts/settings.js';
import type { ExplanationRow } from '../../db/decision-explanations.js';
import type { Queryable } from '../../db/pool.js';
import { parseText } from '../rule-sets/parse-text.js';
import type { ShippedRules } from '../rule-sets/read-shipped.js';
import { readVersion } from '../rule-sets/read-version.js';

export interface BandsDeps {
  readonly db: Queryable;
  readonly settings: Settings;
  readonly shippedRules: ShippedRules;
}

export interface FoundBands extends Bands {
  readonly from: 'rule_set' | 'settings';
}

/** A shipped file that a later release replaced is kept nowhere. */
const textOf = async (
  { db, shippedRules }: BandsDeps,
  row: Pick<ExplanationRow, 'rule_set_version' | 'rule_set_hash'>,
): Promise<string | undefined> => {
  const version = row.rule_set_version ?? 0;
  const isGone = version === 0 && shippedRules.ruleSet.hash !== row.rule_set_hash;
  return isGone ? undefined : (await readVersion(db, shippedRules, version))?.text;
};

/**
 * The bands by which an order was judged; undefined when its rule set is not known any more. Where
 * the rule set has none they are the settings file's, as it is now. Throws
 * `TemporarilyUnavailable`.
 */
export const findBands = async (
  deps: BandsDeps,
  row: Pick<ExplanationRow, 'banner' | 'rule_set_version' | 'rule_set_hash'>,
): Promise<FoundBands | undefined> => {
  const text = await textOf(deps, row);
  if (text === undefined) return undefined;
  const parsed = parseText(text);
  const file = 'document' in parsed ? RuleSetFile.safeParse(parsed.document.toJS()) : undefined;
  if (file?.success !== true) return undefined;
  const own = file.data.banners[row.banner]?.bands ?? file.data.bands;
  return own === undefined
    ? { ...deps.settings.banners[row.banner].bands, from: 'settings' }
    : { ...own, from: 'rule_set' };
};
