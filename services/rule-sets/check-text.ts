import { type CheckDeps, findProblems } from './find-problems.js';
import { type ReadRuleText, readRuleText, type RefusedRuleText } from './read-text.js';

/** A text as it may come into force, or everything that is wrong with it. */
export type CheckedRuleText = ReadRuleText | RefusedRuleText;

/**
 * Checks a text that somebody wrote, as `findProblems` does, and compiles one that has none. Throws
 * `TemporarilyUnavailable`.
 */
export const checkRuleText = async (deps: CheckDeps, text: string): Promise<CheckedRuleText> => {
  const problems = await findProblems(deps, text);
  return problems.length > 0 ? { problems } : readRuleText(text);
};
