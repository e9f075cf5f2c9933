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
  /** Every list lookup, also of disabled rules. */
  readonly listReads: readonly PlacedListRead[];
}

export interface RefusedRuleText {
  readonly problems: readonly RuleTextProblem[];
  /** Every list lookup, as far as the text can be parsed. */
  readonly listReads?: readonly PlacedListRead[];
}

/** Problems reported at most: an entirely wrong text has thousands. */
const problemsMax = 500;

/** The parser may quote the text; this much of it is enough. */
const messageMax = 300;

/** The hash of a text that identifies a rule set: hex SHA-256. */
type Digest = (text: string) => string;

/** Cuts a message, and replaces one that may repeat a card number of the text. */
const safe = (message: string): string =>
  looksLikeCard(message) ? 'holds what looks like a card number' : message.slice(0, messageMax);

/** Problems sorted by place, with safe messages, and at most `problemsMax`. */
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
 * Parses, checks and compiles the text of a rule set, or returns all its problems by line and
 * column. Never throws. The longest texts take seconds, so run unchecked texts under a guard.
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

/** Warnings: parts of a valid text that can only be mistakes. Never throws. */
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
