import { readFileSync } from 'node:fs';
import { RuleSetError } from '../../domain/rules/rule-set-error.js';
import type { RuleSet } from '../../domain/rules/rule-set.js';
import { readRuleText } from './read-text.js';

/** The rules file of a release: version 0, in force until something is published. */
export interface ShippedRules {
  readonly text: string;
  readonly ruleSet: RuleSet;
}

/**
 * Reads and checks a rules file. Throws `RuleSetError`, whose problems begin with line and column,
 * and the file system's error when there is no such file.
 */
export const readShippedRules = (path: string): ShippedRules => {
  const text = readFileSync(path, 'utf8');
  const read = readRuleText(text);
  if ('ruleSet' in read) return { text, ruleSet: read.ruleSet };
  throw new RuleSetError(
    read.problems.map(({ rule, message, line, column }) => ({
      rule: `${line}:${column} ${rule}`,
      message,
      path: [],
    })),
  );
};
