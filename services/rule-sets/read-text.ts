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

/** A text with its likely mistakes. */
type WrittenRuleText = (ReadRuleText | RefusedRuleText) & {
  readonly doubts: readonly RuleTextProblem[];
};

/** As `readRuleText`, with likely mistakes. Never throws. */
export const readWrittenText = (text: string): WrittenRuleText => ({
  ...readRuleText(text),
  doubts: doubtsOf(text),
});
