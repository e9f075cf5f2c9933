import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { childrenOf } from '../rules/expression-parts.js';
import { expressionLimits } from '../rules/rule-language.js';

/** The only variable of these expressions: the partner's answer. */
const answerVariable = 'answer';

const environment = new Environment({ limits: expressionLimits }).registerVariable(
  answerVariable,
  'map<string, dyn>',
);

/**
 * No operator loops, so an evaluation costs at most the expression's size times the answer's
 * length, and both are bounded. `matches` (backtracking) and macros (nested loops) stay out.
 */
const allowedOperators: ReadonlySet<string> = new Set([
  ...['value', 'id', '.', '[]', 'list', 'map', '?:', '&&', '||', '!_', '-_', 'in', 'call', 'rcall'],
  ...['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%'],
]);

const allowedCalls: ReadonlySet<string> = new Set(['has', 'size', 'string', 'int', 'double']);
const allowedMethods: ReadonlySet<string> = new Set([
  ...['startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii', 'trim', 'size'],
]);

const problemOf = (node: ASTNode): string | undefined => {
  if (!allowedOperators.has(node.op)) return `${node.op} is not allowed`;
  if (node.op === 'id' && node.args !== answerVariable) {
    return `unknown name ${node.args}; the partner's answer is ${answerVariable}`;
  }
  if (node.op !== 'call' && node.op !== 'rcall') return undefined;
  const [name] = node.args;
  const allowed = node.op === 'call' ? allowedCalls : allowedMethods;
  return allowed.has(name) ? undefined : `${name}() is not allowed`;
};

const problemsOf = (root: ASTNode): string[] => {
  const problems: string[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const problem = problemOf(node);
    if (problem === undefined) pending.push(...childrenOf(node));
    else problems.push(problem);
  }
  return problems;
};

const parse = (text: string) => {
  try {
    return environment.parse(text);
  } catch (error) {
    const start = error instanceof ParseError ? error.range?.start : undefined;
    return { problem: `cannot be read${start === undefined ? '' : ` at character ${start + 1}`}` };
  }
};

/** A compiled expression over a partner's answer, or all its problems. */
type AnswerExpression =
  | { readonly problems: readonly string[] }
  | {
      readonly problems?: never;
      /** Throws when the evaluation fails, for example on a name that the answer lacks. */
      readonly evaluate: (answer: Readonly<Record<string, unknown>>) => unknown;
    };

/**
 * Compiles an expression over the JSON object `answer`. `gives` is the required result type. It is
 * checked as far as the text allows: fields of the answer have no static type. Never throws.
 */
export const compileAnswerExpression = (
  text: string,
  gives: 'text' | 'anything',
): AnswerExpression => {
  const program = parse(text);
  if ('problem' in program) return { problems: [program.problem] };
  const problems = problemsOf(program.ast);
  if (problems.length > 0) return { problems };
  const { valid, type } = program.check();
  if (!valid) return { problems: ['compares or adds what does not go together'] };
  if (gives === 'text' && type !== 'string' && type !== 'dyn') {
    return { problems: ["must give a text: 'accept', 'review' or 'reject'"] };
  }
  return { evaluate: (answer) => program({ [answerVariable]: answer }) };
};
