import { RuleSetFile } from '../../contracts/rules.js';
import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { looksLikeCard } from '../lists/looks-like-card.js';
import type { RuleSetContent } from './compare.js';
import { findListReads, type PlacedListRead } from './list-reads.js';
import { parseText } from './parse.js';
import { findPlace, type PlacedDocument } from './places.js';
import { findDoubts } from '../rules/find-doubts.js';
import { loadRuleSet } from '../rules/load-rule-set.js';
import { RuleSetError } from '../rules/rule-set-error.js';
import type { RuleSet } from '../rules/rule-set.js';

export interface ReadRuleText {
  readonly ruleSet: RuleSet;
  readonly content: RuleSetContent;
  /** Every question to a list, whether or not its rule is enabled. */
  readonly listReads: readonly PlacedListRead[];
}

export interface RefusedRuleText {
  readonly problems: readonly RuleTextProblem[];
  /** Every question to a list, as far as the text can be read. */
  readonly listReads?: readonly PlacedListRead[];
}

/** Enough to mend a text by; a text that is wrong throughout has thousands. */
const problemsMax = 500;

/** A parser may quote the text; more of it than this helps nobody. */
const messageMax = 300;

/** The digest of a text, by which rule sets are told apart: hex of its SHA-256. */
type Digest = (text: string) => string;

/** The message without what the text may hold by mistake. */
const safe = (message: string): string =>
  looksLikeCard(message) ? 'holds what looks like a card number' : message.slice(0, messageMax);

/** By place, as many as help; none holds what the text may hold by mistake. */
export const inOrder = (problems: readonly RuleTextProblem[]): RuleTextProblem[] =>
  problems
    .toSorted((one, other) => one.line - other.line || one.column - other.column)
    .slice(0, problemsMax)
    .map((problem) => ({ ...problem, rule: safe(problem.rule), message: safe(problem.message) }));

const load = (placed: PlacedDocument, digest: Digest): ReadRuleText | RefusedRuleText => {
  const raw: unknown = placed.document.toJS();
  try {
    const ruleSet = loadRuleSet(raw, digest);
    const { bands, banners } = RuleSetFile.parse(raw);
    const content = { bands, banners, rules: ruleSet.rules };
    return { ruleSet, content, listReads: findListReads(placed, raw) };
  } catch (error) {
    if (!(error instanceof RuleSetError)) throw error;
    const problems = error.problems.map(({ rule, message, ...where }) => ({
      rule,
      message,
      ...findPlace(placed, where),
    }));
    return { problems: inOrder(problems), listReads: findListReads(placed, raw) };
  }
};

/**
 * Reads the text of a rule set, checks it and compiles it; or tells everything that is wrong with
 * it, by line and column. Never throws for a text, whatever it says. A text of the longest kind
 * takes seconds: guard one that nobody has checked.
 */
export const readText = (text: string, digest: Digest): ReadRuleText | RefusedRuleText => {
  const parsed = parseText(text);
  if ('problems' in parsed) return { problems: inOrder(parsed.problems) };
  try {
    return load(parsed, digest);
  } catch {
    const message = 'cannot be read';
    return { problems: [{ rule: 'rule set', message, line: 1, column: 1 }] };
  }
};

/** What can only be a mistake in a text, though it could be used. Never throws. */
export const doubtsOf = (text: string): readonly RuleTextProblem[] => {
  const parsed = parseText(text);
  if ('problems' in parsed) return [];
  try {
    const doubts = findDoubts(parsed.document.toJS());
    return inOrder(
      doubts.map(({ rule, message, ...where }) => ({
        rule,
        message,
        ...findPlace(parsed, where),
      })),
    );
  } catch {
    return [];
  }
};
