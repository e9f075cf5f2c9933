import type { ASTNode } from '@marcbachmann/cel-js';
import { factSpecOf } from '../facts/catalogue.js';
import type { ConditionProblem } from './condition-fault.js';
import { childrenOf, factNameOf, listNameOf } from './expression-parts.js';
import { wholeRangesOf } from './source-range.js';

/**
 * The type of a part. Integers are separate because CEL separates them; facts never are integers.
 */
type Kind = 'number' | 'whole' | 'text' | 'flag' | 'unknown';

const kindOfType = { double: 'number', bool: 'flag', string: 'text' } as const;

const words: Readonly<Record<Kind, string>> = {
  number: 'a number',
  whole: 'a number',
  text: 'a text',
  flag: 'true or false',
  unknown: 'something else',
};

const comparing: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const ordering: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);
const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*', '/']);
const calls: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'contains']);

const isNumber = (kind: Kind): boolean => kind === 'number' || kind === 'whole';

const shownMax = 40;

/** The source of a part, if it is short. */
const shown = (node: ASTNode): string => {
  const text = node.input.slice(node.range.start, node.range.end);
  return text.length <= shownMax && !text.includes('\n') ? text : 'this';
};

const kindOfLiteral = (value: unknown): Kind => {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'bigint') return 'whole';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'flag' : 'unknown';
};

type Report = (node: ASTNode, message: string) => void;

const wholeLiteral = (node: ASTNode): string | undefined => {
  const inner = node.op === '-_' ? node.args : node;
  return inner.op === 'value' && typeof inner.args === 'bigint' ? shown(node) : undefined;
};

const asDecimal = (op: string, sides: readonly ASTNode[]): string => {
  const literal = sides.map(wholeLiteral).find((text) => text !== undefined);
  return literal === undefined
    ? `write whole numbers as decimals with ${op}: 5.0 instead of 5`
    : `write ${literal}.0 instead of ${literal} with ${op}: facts are decimal numbers`;
};

const quotedNumber = (node: ASTNode): string | undefined => {
  const value: unknown = node.op === 'value' ? node.args : undefined;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? value : undefined;
};

/** The message for two sides of different types, with a probable correction. */
const mismatch = (op: string, sides: readonly [ASTNode, ASTNode], kinds: readonly Kind[]) => {
  const [left, right] = sides;
  const both = kinds.map((kind, index) => `${shown(sides[index] ?? left)} is ${words[kind]}`);
  const message = `both sides of ${op} must be of one kind: ${both.join(' and ')}`;
  if (ordering.has(op) && ordering.has(left.op)) {
    return `${message}; write each comparison by itself: 1.0 < fact && fact < 5.0`;
  }
  if (left.op === '!_') return `${message}; write !(one ${op} other)`;
  const text = quotedNumber(left) ?? quotedNumber(right);
  if (text !== undefined && kinds.some(isNumber)) {
    return `${message}; write ${text.includes('.') ? text : `${text}.0`} without quotes`;
  }
  return message;
};

const compare = (node: ASTNode, kinds: readonly [Kind, Kind], report: Report): void => {
  const sides = node.args as [ASTNode, ASTNode];
  const [left, right] = kinds;
  if (left === 'unknown' || right === 'unknown' || left === right) return;
  if (!isNumber(left) || !isNumber(right)) report(node, mismatch(node.op, sides, kinds));
  else if (!ordering.has(node.op)) report(node, asDecimal(node.op, sides));
};

const calculate = (node: ASTNode, [left, right]: readonly [Kind, Kind], report: Report): Kind => {
  const sides = node.args as [ASTNode, ASTNode];
  if (left === 'unknown' || right === 'unknown') return 'unknown';
  if (isNumber(left) && isNumber(right)) {
    // The guard already reports two whole numbers.
    if (left !== right) report(node, asDecimal('arithmetic', sides));
    return left === right ? left : 'number';
  }
  if (node.op === '+' && left === 'text' && right === 'text') return 'text';
  const odd = isNumber(left) ? 1 : 0;
  const what = `${shown(sides[odd])} is ${words[odd === 0 ? left : right]}`;
  report(node, `${node.op} takes two numbers${node.op === '+' ? ', or two texts' : ''}: ${what}`);
  return 'unknown';
};

const needFlag = (node: ASTNode, kind: Kind, sign: string, report: Report): void => {
  if (kind === 'flag' || kind === 'unknown') return;
  const what = `${shown(node)} is ${words[kind]}`;
  const choices = kind === 'text' ? ", or all of them in one list: fact in ['a', 'b']" : '';
  report(node, `${sign} needs true or false: ${what}; write the whole comparison${choices}`);
};

const checkMembers = (
  node: ASTNode,
  left: Kind,
  members: readonly Kind[],
  report: Report,
): void => {
  const [, list] = node.args as [ASTNode, ASTNode];
  const [first] = members;
  if (first === undefined || members.includes('unknown')) return;
  const odd = members.findIndex((kind) => kind !== first);
  const children = childrenOf(list);
  if (odd > 0) {
    const isDecimal = members.every(isNumber);
    const sign = isDecimal ? asDecimal('in', children) : 'the values of a list are all of one kind';
    report(children[odd] ?? list, sign);
  } else if (left !== 'unknown' && left !== first) {
    const sides = node.args as [ASTNode, ASTNode];
    const isDecimal = isNumber(left) && isNumber(first);
    const message = `the list holds values of another kind: ${shown(sides[0])} is ${words[left]}`;
    report(node, isDecimal ? asDecimal('in', children) : message);
  }
};

const checkIn = (
  node: ASTNode,
  left: Kind,
  report: Report,
  kindOf: (node: ASTNode) => Kind,
): void => {
  const [fact, list] = node.args as [ASTNode, ASTNode];
  if (list.op === 'list') {
    checkMembers(node, left, childrenOf(list).map(kindOf), report);
  } else if (listNameOf(list) !== undefined) {
    if (left !== 'text' && left !== 'unknown') {
      report(node, `list("...") holds no numbers or flags: ${shown(fact)} is ${words[left]}`);
    }
  } else if (list.op !== 'call') {
    report(node, "in needs a list on its right: ['a', 'b'] or list(\"name\")");
  }
};

const checkChoice = (node: ASTNode, kinds: readonly Kind[], report: Report): Kind => {
  const [test, yes, no] = node.args as [ASTNode, ASTNode, ASTNode];
  const [testKind = 'unknown', yesKind = 'unknown', noKind = 'unknown'] = kinds;
  needFlag(test, testKind, '?', report);
  if (yesKind === noKind) return yesKind;
  if (yesKind === 'unknown' || noKind === 'unknown') return 'unknown';
  const isDecimal = isNumber(yesKind) && isNumber(noKind);
  const both = `${shown(yes)} is ${words[yesKind]} and ${shown(no)} is ${words[noKind]}`;
  report(
    node,
    isDecimal ? asDecimal('? :', [yes, no]) : `both results must be of one kind: ${both}`,
  );
  return 'unknown';
};

const checkTextCall = (node: ASTNode, kinds: readonly Kind[], report: Report): Kind => {
  const [name, text, values] = node.args as [string, ASTNode, ASTNode[]];
  if (!calls.has(name)) return 'unknown';
  const [textKind = 'unknown', valueKind = 'unknown'] = kinds;
  if (values.length !== 1) report(node, `${name}() takes one text: fact.${name}('a')`);
  else if (textKind !== 'unknown' && textKind !== 'text') {
    report(node, `${name}() is for texts: ${shown(text)} is ${words[textKind]}`);
  } else if (valueKind !== 'unknown' && valueKind !== 'text') {
    report(node, `${name}() takes a text in quotes: fact.${name}('a')`);
  }
  return 'flag';
};

const kindOfName = (node: ASTNode): Kind => {
  const type = factSpecOf(factNameOf(node) ?? '')?.type;
  return type === undefined ? 'unknown' : kindOfType[type];
};

const createWalk = (report: Report): ((node: ASTNode) => Kind) => {
  const known = new Map<ASTNode, Kind>();
  const walk = (node: ASTNode): Kind => {
    const found = known.get(node);
    if (found !== undefined) return found;
    const kind = find(node);
    known.set(node, kind);
    return kind;
  };
  const find = (node: ASTNode): Kind => {
    if (node.op === 'value') return kindOfLiteral(node.args);
    if (node.op === '.') return kindOfName(node);
    const kinds = node.op === 'list' ? [] : childrenOf(node).map(walk);
    const pair: readonly [Kind, Kind] = [kinds[0] ?? 'unknown', kinds[1] ?? 'unknown'];
    if (node.op === '&&' || node.op === '||') {
      for (const [index, side] of node.args.entries()) {
        needFlag(side, kinds[index] ?? 'unknown', node.op, report);
      }
      return 'flag';
    }
    if (comparing.has(node.op)) compare(node, pair, report);
    else if (node.op === 'in') checkIn(node, pair[0], report, walk);
    if (comparing.has(node.op) || node.op === 'in') return 'flag';
    if (arithmetic.has(node.op)) return calculate(node, pair, report);
    if (node.op === '?:') return checkChoice(node, kinds, report);
    if (node.op === 'rcall') return checkTextCall(node, kinds, report);
    if (node.op === '!_') {
      needFlag(node.args, pair[0], '!', report);
      return 'flag';
    }
    if (node.op !== '-_') return 'unknown';
    if (pair[0] === 'text' || pair[0] === 'flag') report(node, '- stands before numbers only');
    return isNumber(pair[0]) ? pair[0] : 'unknown';
  };
  return walk;
};

/**
 * Type mismatches between parts of a condition, in plain words. It skips parts of unknown type; the
 * type check of cel-js has the last word.
 */
export const findMisfits = (root: ASTNode): ConditionProblem[] => {
  const wholeRange = wholeRangesOf(root);
  const problems: ConditionProblem[] = [];
  const walk = createWalk((node, message) => {
    problems.push({ message, ...wholeRange(node.range) });
  });
  const kind = walk(root);
  if (kind !== 'flag' && kind !== 'unknown') {
    const message = `a condition is true or false, and this is ${words[kind]}: compare it`;
    problems.push({ message, start: 0, end: root.input.length });
  }
  return problems;
};
