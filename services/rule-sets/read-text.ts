import { createHash } from 'node:crypto';
import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import {
  doubtsOf,
  type ReadRuleText,
  readText,
  type RefusedRuleText,
} from '../../domain/rule-text/read.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Reads, checks and compiles the text of a rule set; see `readText`. */
export const readRuleText = (text: string): ReadRuleText | RefusedRuleText =>
  readText(text, sha256);

/** A text that was valid when it was stored can no longer be parsed. */
class UnreadableRules extends Error {
  override readonly name = 'UnreadableRules';
}

/**
 * As `readRuleText`, for a text that was valid when it was stored; `whose` is what it belongs to.
 * Throws `UnreadableRules`, which no retry cures.
 */
export const readStoredRules = (text: string, whose: string): ReadRuleText => {
  const read = readRuleText(text);
  if ('problems' in read) throw new UnreadableRules(`the rules of ${whose} cannot be read`);
  return read;
};

/** A text with its likely mistakes. */
type WrittenRuleText = (ReadRuleText | RefusedRuleText) & {
  readonly doubts: readonly RuleTextProblem[];
};

/** As `readRuleText`, with likely mistakes. Never throws. */
export const readWrittenText = (text: string): WrittenRuleText => ({
  ...readRuleText(text),
  doubts: doubtsOf(text),
});
