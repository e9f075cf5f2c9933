import { Environment, EvaluationError, ParseError, TypeError } from '@marcbachmann/cel-js';
import { type Facts, factGroups } from '../facts/catalogue.js';
import { inspectExpression } from './expression-guard.js';

/** Parse-time bounds; with no loops in the language they bound the run time too. */
const limits = {
  maxAstNodes: 300,
  maxDepth: 30,
  maxListElements: 200,
  maxMapEntries: 20,
  maxCallArguments: 8,
};

/** A class of its own per group: the language tells types apart by constructor. */
const groupClasses = Object.entries(factGroups).map(([group, { specs }]) => ({
  group,
  specs,
  ctor: class extends Object {
    constructor(values: object) {
      super();
      Object.assign(this, values);
    }
  },
}));

const environment = groupClasses.reduce((language, { group, specs, ctor }) => {
  const fields = Object.fromEntries(Object.entries(specs).map(([name, { type }]) => [name, type]));
  return language.registerType(group, { ctor, fields }).registerVariable(group, group);
}, new Environment({ limits }));

/** Facts in the form that conditions are evaluated on; build once per transaction. */
export type Variables = Readonly<Record<string, object>>;

export const toVariables = (facts: Facts): Variables =>
  Object.fromEntries(
    groupClasses.flatMap(({ group, ctor }) => {
      const values = facts[group];
      return values === undefined ? [] : [[group, new ctor(values)] as const];
    }),
  );

/** A condition, or everything that is wrong with it. */
export interface Condition {
  readonly problems: readonly string[];
  /** Names of the facts that it reads. */
  readonly facts: readonly string[];
  /** Throws when the condition cannot be evaluated; that is never the same as false. */
  readonly holds: (variables: Variables) => boolean;
}

const refused = (...problems: string[]): Condition => ({
  problems,
  facts: [],
  holds: () => {
    throw new Error('the condition was refused when it was loaded');
  },
});

/** The language's own words for a fault, without the excerpt of the condition. */
export const describeFault = (error: unknown): string => {
  const isOfLanguage =
    error instanceof EvaluationError || error instanceof ParseError || error instanceof TypeError;
  return isOfLanguage ? error.summary : 'could not be evaluated';
};

const parse = (when: string) => {
  try {
    return environment.parse(when);
  } catch (error) {
    return describeFault(error);
  }
};

/** Compiles a condition and checks that it reads known facts only and is a bool. Never throws. */
export const compileCondition = (when: string): Condition => {
  const program = parse(when);
  if (typeof program === 'string') return refused(program);
  const { facts, problems } = inspectExpression(program.ast);
  if (problems.length > 0) return refused(...problems);
  const { valid, type, error } = program.check();
  if (!valid) return refused(describeFault(error));
  if (type !== 'bool') return refused(`must be a bool, not ${type}`);
  return {
    problems: [],
    facts: [...facts],
    holds: (variables) => program({ ...variables }) === true,
  };
};
