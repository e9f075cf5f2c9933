import type { ASTNode } from '@marcbachmann/cel-js';
import type { Facts } from '../facts/catalogue.js';
import type { FactValue } from '../facts/fact-group.js';
import { ownValue } from '../own-value.js';
import { ConditionFault, MissingFact } from './condition-fault.js';
import { listFactOf, listGroup } from './fact-name.js';
import { factNameOf, listReadOf } from './expression-parts.js';

/**
 * A compiled expression over facts. Throws `ConditionFault` when its evaluation fails. cel-js
 * parses and type-checks; these closures evaluate, which is faster. A property test compares them
 * with cel-js's own evaluation.
 */
export type Thunk = (facts: Facts) => FactValue;

type Operands = readonly [ASTNode, ASTNode];

const readFact = (group: string, fact: string): Thunk => {
  const name = `${group}.${fact}`;
  return (facts) => {
    const values = ownValue(facts, group);
    const value = values && ownValue(values, fact);
    if (value === undefined) throw new MissingFact(name);
    return value;
  };
};

const constant =
  (value: FactValue): Thunk =>
  () =>
    value;

/** CEL's `&&` and `||`: a side that settles the result hides an error of the other side. */
const compileLogic = (left: Thunk, right: Thunk, settling: boolean): Thunk => {
  return (facts) => {
    try {
      if (left(facts) === settling) return settling;
    } catch (error) {
      if (right(facts) === settling) return settling;
      throw error;
    }
    return right(facts);
  };
};

const comparisons: Readonly<Record<string, (left: FactValue, right: FactValue) => FactValue>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

const texts: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

/** Comparisons with a constant, the most frequent case, save one call. */
const compileComparison = (op: string, left: Thunk, right: Thunk, fixed?: FactValue): Thunk => {
  if (fixed !== undefined) {
    if (op === '==') return (facts) => left(facts) === fixed;
    if (op === '!=') return (facts) => left(facts) !== fixed;
    if (op === '>=') return (facts) => left(facts) >= fixed;
    if (op === '>') return (facts) => left(facts) > fixed;
    if (op === '<') return (facts) => left(facts) < fixed;
    return (facts) => left(facts) <= fixed;
  }
  const compare = ownValue(comparisons, op);
  if (compare === undefined) throw new ConditionFault(`${op} is not allowed`);
  return (facts) => compare(left(facts), right(facts));
};

const literalOf = (node: ASTNode): FactValue | undefined => {
  if (node.op === '-_') {
    const value = literalOf(node.args);
    return typeof value === 'number' ? -value : undefined;
  }
  if (node.op !== 'value') return undefined;
  const value = node.args;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' || typeof value === 'string') return value;
  return typeof value === 'boolean' ? value : undefined;
};

const compileMembership = (node: ASTNode, [left, right]: Operands): Thunk => {
  const read = listReadOf(node);
  if (read !== undefined) return readFact(listGroup, listFactOf(read.list, read.subject));
  const elements = right.op === 'list' ? right.args.map(literalOf) : [];
  const known = new Set(elements);
  const value = compileExpression(left);
  return (facts) => known.has(value(facts));
};

const compileArithmetic = (op: string, left: Thunk, right: Thunk): Thunk => {
  if (op === '+') {
    return (facts) => {
      const [one, other] = [left(facts), right(facts)];
      return typeof one === 'number' ? one + Number(other) : `${one}${other}`;
    };
  }
  const calculate = ownValue(arithmetic, op);
  if (calculate === undefined) throw new ConditionFault(`${op} is not allowed`);
  return (facts) => calculate(Number(left(facts)), Number(right(facts)));
};

const compileText = (name: string, text: Thunk, part: Thunk): Thunk => {
  const look = ownValue(texts, name);
  if (look === undefined) throw new ConditionFault(`${name}() is not allowed`);
  return (facts) => look(String(text(facts)), String(part(facts)));
};

const compileBinary = (node: ASTNode, [left, right]: Operands): Thunk => {
  const sides = [compileExpression(left), compileExpression(right)] as const;
  if (node.op === '&&' || node.op === '||') return compileLogic(...sides, node.op === '||');
  if (Object.hasOwn(comparisons, node.op))
    return compileComparison(node.op, ...sides, literalOf(right));
  return compileArithmetic(node.op, ...sides);
};

/**
 * Compiles a checked expression. Throws `ConditionFault` for a node that the guard should have
 * refused.
 */
export const compileExpression = (node: ASTNode): Thunk => {
  const literal = literalOf(node);
  if (literal !== undefined) return constant(literal);
  switch (node.op) {
    case '.': {
      const [group = '', fact = ''] = (factNameOf(node) ?? '').split('.');
      return readFact(group, fact);
    }
    case '!_': {
      const operand = compileExpression(node.args);
      return (facts) => operand(facts) !== true;
    }
    case '-_': {
      const operand = compileExpression(node.args);
      return (facts) => -Number(operand(facts));
    }
    case '?:': {
      const [test, yes, no] = node.args.map(compileExpression) as [Thunk, Thunk, Thunk];
      return (facts) => (test(facts) === true ? yes(facts) : no(facts));
    }
    case 'in':
      return compileMembership(node, node.args);
    case 'rcall': {
      const [name, text, [part]] = node.args;
      if (part === undefined) throw new ConditionFault(`${name}() needs a text`);
      return compileText(name, compileExpression(text), compileExpression(part));
    }
    case '&&':
    case '||':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '+':
    case '-':
    case '*':
    case '/':
      return compileBinary(node, node.args);
    default:
      throw new ConditionFault(`${node.op} is not allowed`);
  }
};
