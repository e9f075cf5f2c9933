import { z } from 'zod';
import { type Bands, Rule, RuleSetFile } from '../../contracts/rules.js';
import type { ExplanationRow } from '../../db/decision-explanations.js';
import { parseText } from '../../domain/rule-text/parse.js';
import type { Context } from '../context.js';
import { readVersion, type ShippedRules } from './versions.js';

/** The context for finding the rules that judged an order. */
export type BandsContext = Context<'settings'> & { readonly shipped: ShippedRules };

interface FoundBands extends Bands {
  readonly from: 'rule_set' | 'settings';
}

/** A shipped file that a later release has replaced is not stored. */
const textOf = async (
  { db, shipped }: BandsContext,
  row: Pick<ExplanationRow, 'rule_set_version' | 'rule_set_hash'>,
): Promise<string | undefined> => {
  const version = row.rule_set_version ?? 0;
  const isGone = version === 0 && shipped.ruleSet.hash !== row.rule_set_hash;
  return isGone ? undefined : (await readVersion({ db }, shipped, version))?.text;
};

/** The rule set that judged an order; undefined when it is no longer known. */
const findFile = async (
  context: BandsContext,
  row: Pick<ExplanationRow, 'rule_set_version' | 'rule_set_hash'>,
): Promise<ReturnType<typeof RuleSetFile.parse> | undefined> => {
  const text = await textOf(context, row);
  const parsed = text === undefined ? undefined : parseText(text);
  return parsed !== undefined && 'document' in parsed
    ? RuleSetFile.safeParse(parsed.document.toJS()).data
    : undefined;
};

/** Facts without a value for an order in another currency than the banner's. */
const inHomeCurrency = /\b(?:home\.[a-zA-Z]|history\.(?:bannerP99|tries1h)\b)/;

/**
 * Ids of the rules with a limit in the banner's own currency. Empty when the rule set is no longer
 * known.
 */
export const findMoneyRules = async (
  context: BandsContext,
  row: Pick<ExplanationRow, 'banner' | 'rule_set_version' | 'rule_set_hash'>,
): Promise<string[]> => {
  const file = await findFile(context, row);
  const rules = z.array(Rule).safeParse(file?.rules).data ?? [];
  const changes = file?.banners[row.banner]?.rules ?? {};
  return rules
    .map(({ id, enabled, cases }) => ({
      id,
      enabled: changes[id]?.enabled ?? enabled,
      cases: changes[id]?.cases ?? cases,
    }))
    .filter(({ enabled, cases }) => enabled && cases.some(({ when }) => inHomeCurrency.test(when)))
    .map(({ id }) => id);
};

/**
 * The bands that judged an order; undefined when its rule set is no longer known. If the rule set
 * has none, they are those of the present settings file.
 */
export const findBands = async (
  context: BandsContext,
  row: Pick<ExplanationRow, 'banner' | 'rule_set_version' | 'rule_set_hash'>,
): Promise<FoundBands | undefined> => {
  const file = await findFile(context, row);
  if (file === undefined) return undefined;
  const own = file.banners[row.banner]?.bands ?? file.bands;
  return own === undefined
    ? { ...context.settings.banners[row.banner].bands, from: 'settings' }
    : { ...own, from: 'rule_set' };
};
