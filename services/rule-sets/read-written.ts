import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { findDoubts } from '../../domain/rules/find-doubts.js';
import { findPlace } from './find-place.js';
import { parseText } from './parse-text.js';
import { inOrder, type ReadRuleText, readRuleText, type RefusedRuleText } from './read-text.js';

/** A text with what can only be a mistake in it, though it could be used. */
export type WrittenRuleText = (ReadRuleText | RefusedRuleText) & {
  readonly doubts: readonly RuleTextProblem[];
};

const doubtsOf = (text: string): readonly RuleTextProblem[] => {
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

/** Reads a text that somebody wrote, as `readRuleText` does, with its doubts. Never throws. */
export const readWrittenText = (text: string): WrittenRuleText => ({
  ...readRuleText(text),
  doubts: doubtsOf(text),
});
