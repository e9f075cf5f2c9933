import { Rule, RuleSetFile } from '../../contracts/rules.js';
import { type Facts, factSpecOf } from '../facts/catalogue.js';
import type { ErroredRule, RuleHit } from '../votes.js';
import { type CompiledRule, evaluateRule } from './evaluate-rule.js';
import { compileReason } from './reason.js';
import { compileCondition, toVariables } from './rule-language.js';
import { type RuleProblem, RuleSetError } from './rule-set-error.js';

/** What the rules say of one transaction, in the order of the file. */
interface RuleResults {
  readonly hits: readonly RuleHit[];
  readonly erroredRules: readonly ErroredRule[];
}

/** A checked rule set, ready to be evaluated many times. */
export interface RuleSet {
  /** Changes whenever any rule does. */
  readonly hash: string;
  readonly rules: readonly Rule[];
  /** Names (`group.fact`) of all facts that its enabled rules read, sorted. */
  readonly factNames: readonly string[];
  readonly evaluate: (facts: Facts) => RuleResults;
}

/** What the rules need of a zod error, whose package this room does not import. */
interface SchemaError {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

const problemsOf = (rule: string, error: SchemaError): RuleProblem[] =>
  error.issues.map(({ path, message }) => ({
    rule,
    message: path.length === 0 ? message : `${path.join('.')} ${message}`,
  }));

/** What to call a rule that could not be read: its id if it has one, else its position. */
const labelOf = (raw: unknown, index: number): string => {
  const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : undefined;
  return typeof id === 'string' && id !== '' ? id : `rule ${index + 1}`;
};

const compileRule = (rule: Rule): { compiled: CompiledRule; problems: RuleProblem[] } => {
  const cases = rule.cases.map((ruleCase) => ({
    condition: compileCondition(ruleCase.when),
    points: ruleCase.points,
    hard: ruleCase.hard,
    reason: compileReason(ruleCase.reason),
  }));
  const problems = cases.flatMap(({ condition, points, reason }, index) => {
    const isPointsWrong = typeof points === 'string' && factSpecOf(points)?.type !== 'double';
    return [
      ...condition.problems,
      ...reason.problems,
      ...(isPointsWrong ? [`points: ${points} is no number fact`] : []),
    ].map((message) => ({ rule: rule.id, message: `cases.${index} ${message}` }));
  });
  return { compiled: { id: rule.id, name: rule.name, cases }, problems };
};

const repeatedIds = (rules: readonly Rule[]): RuleProblem[] =>
  rules
    .filter((rule, index) => rules.findIndex(({ id }) => id === rule.id) < index)
    .map(({ id }) => ({ rule: id, message: 'the id is used twice' }));

const factNamesOf = (rules: readonly CompiledRule[]): string[] => {
  const names = rules.flatMap(({ cases }) =>
    cases.flatMap(({ condition, reason, points }) => [
      ...condition.facts,
      ...reason.facts,
      ...(typeof points === 'string' ? [points] : []),
    ]),
  );
  return [...new Set(names)].toSorted();
};

/** The same text for the same rules, however the file was laid out. */
const canonicalText = (rules: readonly Rule[]): string =>
  JSON.stringify(
    rules.map(({ id, name, enabled, cases }) => [
      id,
      name,
      enabled,
      cases.map(({ when, points, hard, reason }) => [when.trim(), points, hard ?? null, reason]),
    ]),
  );

/**
 * Checks and compiles a parsed rules file. `hash` turns its canonical text into a short stable
 * hash (it is passed in because this room has no crypto). Throws `RuleSetError` with every
 * problem of every rule at once; nothing of a set with a problem is ever used.
 */
export const loadRuleSet = (raw: unknown, hash: (text: string) => string): RuleSet => {
  const file = RuleSetFile.safeParse(raw);
  if (!file.success) throw new RuleSetError(problemsOf('rule set', file.error));
  const problems: RuleProblem[] = [];
  const rules: Rule[] = [];
  for (const [index, rawRule] of file.data.rules.entries()) {
    const rule = Rule.safeParse(rawRule);
    if (rule.success) rules.push(rule.data);
    else problems.push(...problemsOf(labelOf(rawRule, index), rule.error));
  }
  const compiled = rules.map(compileRule);
  problems.push(...repeatedIds(rules), ...compiled.flatMap((rule) => rule.problems));
  if (problems.length > 0) throw new RuleSetError(problems);
  const enabled = compiled.filter((_, index) => rules[index]?.enabled).map((rule) => rule.compiled);
  return {
    hash: hash(canonicalText(rules)),
    rules,
    factNames: factNamesOf(enabled),
    evaluate: (facts) => {
      const variables = toVariables(facts);
      const results = enabled.map((rule) => evaluateRule(rule, variables, facts));
      return {
        hits: results.flatMap(({ hit }) => hit ?? []),
        erroredRules: results.flatMap(({ errored }) => errored ?? []),
      };
    },
  };
};
