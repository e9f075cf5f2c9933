import { z } from 'zod';
import { type Bands, Rule, RuleSetFile } from '../../contracts/rules.js';
import type { Banner } from '../../contracts/hbc/transaction.js';
import { limitsIn, type RuleLimit } from '../../domain/case/limits.js';
import { parseText } from '../../domain/rule-text/parse.js';
import type { Context } from '../context.js';
import { readVersion, type ShippedRules } from '../rule-sets/versions.js';

/** What the case page says about the rule set that judged an order. */
export interface RuleSetFacts {
  /** Undefined when the rule set has none for the banner: the settings file's apply. */
  readonly bands: Bands | undefined;
  /** Live rules of the banner. */
  readonly ruleCount: number;
  readonly limits: readonly RuleLimit[];
}

interface Judged {
  readonly banner: Banner;
  readonly rule_set_version: number | null;
  readonly rule_set_hash: string;
}

/**
 * Parsed rule sets by hash and banner. A version never changes, and parsing one takes longer than
 * all other work of a case page.
 */
export type KnownRuleFacts = Map<string, RuleSetFacts>;

/** Two versions are usual, each for four banners; a few more stay for older orders. */
const knownMax = 24;

const parse = (text: string, banner: Banner): RuleSetFacts | undefined => {
  const parsed = parseText(text);
  if (!('document' in parsed)) return undefined;
  const file = RuleSetFile.safeParse(parsed.document.toJS()).data;
  if (file === undefined) return undefined;
  const own = file.banners[banner];
  const rules = (z.array(Rule).safeParse(file.rules).data ?? [])
    .map(({ id, name, enabled, mode, cases }) => {
      const change = own?.rules[id];
      return {
        ...{ id, name },
        isLive: (change?.enabled ?? enabled) && (change?.mode ?? mode) === 'live',
        cases: change?.cases ?? cases,
      };
    })
    .filter(({ isLive }) => isLive);
  return {
    bands: own?.bands ?? file.bands,
    ruleCount: rules.length,
    limits: limitsIn(rules),
  };
};

/**
 * Bands, number of rules and limits of the rule set that judged an order; undefined when it is no
 * longer known, as a shipped file that a later release has replaced.
 */
export const findRuleFacts = async (
  { db, shipped, known }: Context & { shipped: ShippedRules; known: KnownRuleFacts },
  row: Judged,
): Promise<RuleSetFacts | undefined> => {
  const key = `${row.rule_set_hash} ${row.banner}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const version = row.rule_set_version ?? 0;
  if (version === 0 && shipped.ruleSet.hash !== row.rule_set_hash) return undefined;
  const text = (await readVersion({ db }, shipped, version))?.text;
  const facts = text === undefined ? undefined : parse(text, row.banner);
  if (facts === undefined) return undefined;
  known.set(key, facts);
  for (const old of known.keys()) {
    if (known.size <= knownMax) break;
    known.delete(old);
  }
  return facts;
};
