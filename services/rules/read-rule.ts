import type { Rule } from '../../contracts/rules.js';
import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import { readRuleText } from '../rule-sets/read-text.js';
import type { RuleGuard } from './validate-guarded.js';

/** One rule, or what is wrong with it. */
export type ReadRule =
  | { readonly kind: 'valid'; readonly rule: Rule }
  | { readonly kind: 'refused'; readonly problems: readonly RuleTextProblem[] }
  /** Too many rules are being read; the same one may be sent again. */
  | { readonly kind: 'overloaded' };

/** A rule set of the one rule; each line of its text is moved by the same number of columns. */
const before = 'rules:\n  -\n';
const indent = '    ';

const toRuleSet = (text: string): string =>
  before + text.replaceAll(/^(?=.*\S)/gm, indent).replaceAll('\r\n', '\n');

const shiftBack = (problem: RuleTextProblem): RuleTextProblem => ({
  ...problem,
  line: Math.max(1, problem.line - (before.split('\n').length - 1)),
  column: Math.max(1, problem.column - indent.length),
});

const refused = (message: string): ReadRule => ({
  kind: 'refused',
  problems: [{ rule: 'rule 1', message, line: 1, column: 1 }],
});

/** An object as the text that the places of its problems are told in. */
const toText = (rule: string | Readonly<Record<string, unknown>>): string | undefined => {
  try {
    return typeof rule === 'string' ? rule : JSON.stringify(rule, null, 2);
  } catch {
    return undefined;
  }
};

/**
 * Reads one rule by the same path as a rule set's text, first behind a guard: YAML, or an object,
 * whose places are those in its JSON with an indent of two.
 */
export const readRule = async (
  guard: RuleGuard,
  given: string | Readonly<Record<string, unknown>>,
): Promise<ReadRule> => {
  const text = toText(given);
  if (text === undefined) return refused('is nested too deeply');
  const ruleSet = toRuleSet(text);
  const answer = await guard.check(ruleSet);
  if (answer.kind === 'overloaded') return answer;
  if (answer.kind === 'refused')
    return { kind: 'refused', problems: answer.problems.map(shiftBack) };
  const read = readRuleText(ruleSet);
  const [rule] = 'ruleSet' in read ? read.ruleSet.rules : [];
  return rule === undefined ? refused('cannot be read') : { kind: 'valid', rule };
};
