import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { type Facts, factGroups } from '../facts/catalogue.js';
import { listableSubjects } from '../listing.js';
import { compileExpression, type Thunk } from './compile-expression.js';
import type { ConditionProblem } from './condition-fault.js';
import { inspectExpression } from './expression-guard.js';
import { type ListRead, subjectVariable } from './expression-parts.js';
import { findMisfits } from './expression-types.js';
import { wordsOfParse } from './parse-words.js';
import { wholeRangesOf } from './source-range.js';
import { wordsOfType } from './type-words.js';

/** Parse-time bounds; with no loops in the language they bound the run time too. */
export const expressionLimits = {
  maxAstNodes: 300,
  maxDepth: 30,
  maxListElements: 200,
  maxMapEntries: 20,
  maxCallArguments: 8,
};

/** A class of its own per type: the language tells types apart by constructor. */
const newType = () => class extends Object {};

const withFacts = Object.entries(factGroups).reduce(
  (language, [group, { specs }]) => {
    const types = Object.entries(specs).map(([name, { type }]) => [name, type]);
    return language
      .registerType(group, { ctor: newType(), fields: Object.fromEntries(types) })
      .registerVariable(group, group);
  },
  new Environment({ limits: expressionLimits }),
);

/** Conditions are evaluated by their own closures; these operators are here for their types. */
const neverRun = (): never => {
  throw new Error('the language only checks');
};

const environment = withFacts
  .registerType('Subject', { ctor: newType(), fields: {} })
  .registerType('ValueList', { ctor: newType(), fields: {} })
  .registerType(subjectVariable, {
    ctor: newType(),
    fields: Object.fromEntries(listableSubjects.map((name) => [name, 'Subject'])),
  })
  .registerVariable(subjectVariable, subjectVariable)
  .registerFunction('list(string): ValueList', neverRun)
  .registerOperator('Subject in ValueList', neverRun)
  .registerOperator('string in ValueList', neverRun);

/** A condition, or everything that is wrong with it. */
export interface Condition {
  readonly problems: readonly ConditionProblem[];
  /** Names of the facts that it reads. */
  readonly facts: readonly string[];
  readonly lists: readonly ListRead[];
  /** Throws `ConditionFault` when it cannot be evaluated; that is never the same as false. */
  readonly holds: (facts: Facts) => boolean;
}

const refused = (...problems: ConditionProblem[]): Condition => ({
  problems,
  facts: [],
  lists: [],
  holds: () => {
    throw new Error('the condition was refused when it was loaded');
  },
});

interface LanguageFault {
  readonly code?: string;
  readonly summary: string;
  readonly range?: { readonly start: number; readonly end: number };
}

const unreadable: LanguageFault = { summary: '' };

/** Its tree, or what is wrong with its text: never in the library's own words. */
const parse = (when: string) => {
  try {
    return environment.parse(when);
  } catch (error) {
    const {
      code = '',
      summary,
      range,
    }: LanguageFault = error instanceof ParseError ? error : unreadable;
    const { start, end } = range ?? { start: 0, end: when.length };
    return { problems: wordsOfParse(when, { code, summary, start, end }) };
  }
};

/** What is wrong with a condition, and its tree if it has one all the same. */
interface RefusedCondition {
  readonly problems: readonly ConditionProblem[];
  readonly refused?: ASTNode;
}

/** Parses and checks a condition: its tree, or everything that is wrong with it. Never throws. */
export const checkCondition = (when: string): { readonly ast: ASTNode } | RefusedCondition => {
  const program = parse(when);
  if ('problems' in program) return program;
  const { ast } = program;
  const problems = [...inspectExpression(ast).problems, ...findMisfits(ast)];
  if (problems.length > 0) {
    const inReadingOrder = problems.toSorted((one, other) => one.start - other.start);
    return { problems: inReadingOrder, refused: ast };
  }
  const { valid, type, error } = program.check();
  if (valid && type === 'bool') return { ast };
  const whole = { start: 0, end: when.length };
  const range = (valid ? undefined : error?.range) ?? whole;
  const message = wordsOfType(valid ? undefined : error?.code);
  return { problems: [{ message, ...wholeRangesOf(ast)(range) }], refused: ast };
};

/** Compiles a condition and checks that it reads known facts only and is a bool. Never throws. */
export const compileCondition = (when: string): Condition => {
  const checked = checkCondition(when);
  if ('problems' in checked) return refused(...checked.problems);
  const { facts, lists } = inspectExpression(checked.ast);
  const thunk: Thunk = compileExpression(checked.ast);
  return { problems: [], facts: [...facts], lists, holds: (values) => thunk(values) === true };
};
