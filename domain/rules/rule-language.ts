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

/** Limits at parse time. The language has no loops, so they also bound the run time. */
export const expressionLimits = {
  maxAstNodes: 300,
  maxDepth: 30,
  maxListElements: 200,
  maxMapEntries: 20,
  maxCallArguments: 8,
};

/** One class per type: cel-js tells types apart by their constructor. */
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

/** Our own closures evaluate conditions; these operators exist for the type check only. */
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

/** A compiled condition, or all its problems. */
export interface Condition {
  readonly problems: readonly ConditionProblem[];
  /** Names of the facts that it reads. */
  readonly facts: readonly string[];
  readonly lists: readonly ListRead[];
  /** Throws `ConditionFault` when its evaluation fails, which is never the same as false. */
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

/** The syntax tree, or the problems of the text; never in the library's own words. */
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

/** The problems of a condition, with its tree if it parsed. */
interface RefusedCondition {
  readonly problems: readonly ConditionProblem[];
  readonly refused?: ASTNode;
}

/** Parses and checks a condition: returns its tree, or all its problems. Never throws. */
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

/** Compiles a condition, which must read only known facts and return a bool. Never throws. */
export const compileCondition = (when: string): Condition => {
  const checked = checkCondition(when);
  if ('problems' in checked) return refused(...checked.problems);
  const { facts, lists } = inspectExpression(checked.ast);
  const thunk: Thunk = compileExpression(checked.ast);
  return { problems: [], facts: [...facts], lists, holds: (values) => thunk(values) === true };
};
