import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { type Facts, factGroups } from '../facts/catalogue.js';
import { listableSubjects } from '../listing.js';
import { compileExpression, type Thunk } from './compile-expression.js';
import type { ConditionProblem } from './condition-fault.js';
import { inspectExpression } from './expression-guard.js';
import { type ListRead, subjectVariable } from './expression-parts.js';
import { wholeRangesOf } from './source-range.js';

/** Parse-time bounds; with no loops in the language they bound the run time too. */
const limits = {
  maxAstNodes: 300,
  maxDepth: 30,
  maxListElements: 200,
  maxMapEntries: 20,
  maxCallArguments: 8,
};

/** A class of its own per type: the language tells types apart by constructor. */
const newType = () => class extends Object {};

const withFacts = Object.entries(factGroups).reduce((language, [group, { specs }]) => {
  const types = Object.entries(specs).map(([name, { type }]) => [name, type]);
  return language
    .registerType(group, { ctor: newType(), fields: Object.fromEntries(types) })
    .registerVariable(group, group);
}, new Environment({ limits }));

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
  readonly summary: string;
  readonly range?: { readonly start: number; readonly end: number };
}

/** The language's own words for a fault, without the excerpt of the condition. */
const problemOf = (fault: LanguageFault | undefined, when: string): ConditionProblem => ({
  message: fault?.summary ?? 'cannot be read',
  start: fault?.range?.start ?? 0,
  end: fault?.range?.end ?? when.length,
});

const parse = (when: string) => {
  try {
    return environment.parse(when);
  } catch (error) {
    return problemOf(error instanceof ParseError ? error : undefined, when);
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
  if ('message' in program) return { problems: [program] };
  const { problems } = inspectExpression(program.ast);
  if (problems.length > 0) return { problems, refused: program.ast };
  const { valid, type, error } = program.check();
  if (!valid) {
    const problem = problemOf(error, when);
    return {
      problems: [{ ...problem, ...wholeRangesOf(program.ast)(problem) }],
      refused: program.ast,
    };
  }
  if (type === 'bool') return { ast: program.ast };
  return {
    problems: [{ message: `must be a bool, not ${type}`, start: 0, end: when.length }],
    refused: program.ast,
  };
};

/** Compiles a condition and checks that it reads known facts only and is a bool. Never throws. */
export const compileCondition = (when: string): Condition => {
  const checked = checkCondition(when);
  if ('problems' in checked) return refused(...checked.problems);
  const { facts, lists } = inspectExpression(checked.ast);
  const thunk: Thunk = compileExpression(checked.ast);
  return { problems: [], facts: [...facts], lists, holds: (values) => thunk(values) === true };
};
