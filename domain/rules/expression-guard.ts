import type { ASTNode } from '@marcbachmann/cel-js';
import { factGroups, factSpecOf } from '../facts/catalogue.js';
import { listableSubjects } from '../listing.js';
import { didYouMean, nearestName } from '../nearest-name.js';
import type { ConditionProblem } from './condition-fault.js';
import {
  childrenOf,
  factNameOf,
  listNameOf,
  type ListRead,
  listReadOf,
  subjectVariable,
} from './expression-parts.js';
import { factHint } from './name-hint.js';
import { wholeRangesOf } from './source-range.js';

/** Text functions that run in linear time. `matches` backtracks; macros would need a cost limit. */
const allowedCalls: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'contains']);

/** Facts are scalars, so there is nothing to index and no map to build. */
const forbidden: Readonly<Record<string, string>> = {
  '.?': '.? is not allowed; write group.fact',
  '[]': '[] is not allowed behind a name; write group.fact',
  '[?]': '[?] is not allowed; write group.fact',
  map: '{ } is not allowed; a condition names facts as they are',
  '%': '% is not allowed; write a share as a decimal: 0.05 is 5 %',
};

const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*', '/']);

const listName = /^[a-z][a-z0-9_-]{0,39}$/;

/** What a condition reads, and its problems. */
export interface Inspection {
  readonly facts: ReadonlySet<string>;
  readonly lists: readonly ListRead[];
  readonly problems: readonly ConditionProblem[];
}

const literalsOf = (node: ASTNode): unknown[] => {
  if (node.op === 'value') return [node.args];
  return node.op === 'list' ? node.args.flatMap(literalsOf) : [];
};

const isLiteral = (node: ASTNode): boolean =>
  node.op === '-_' ? isLiteral(node.args) : node.op === 'value';

/** CEL divides whole numbers as integers, and facts are never integers: the two must not mix. */
const isWholeNumber = (node: ASTNode): boolean => {
  if (node.op === '-_') return isWholeNumber(node.args);
  if (node.op === '?:') return node.args.slice(1).some(isWholeNumber);
  return node.op === 'value' && typeof node.args === 'bigint';
};

/** A code compared with an impossible value makes a rule that silently never trips. */
const codeProblems = (fact: ASTNode, compared: ASTNode): string[] => {
  const name = factNameOf(fact);
  const codes = name === undefined ? undefined : factSpecOf(name)?.codes;
  if (codes === undefined) return [];
  return literalsOf(compared)
    .filter((literal) => typeof literal === 'string' && !codes.includes(literal))
    .map((literal) => `${name} is never '${String(literal)}'; it is one of: ${codes.join(', ')}`);
};

const factProblems = (name: string): string[] => {
  const [group, fact = ''] = name.split('.');
  if (group !== subjectVariable) {
    return factSpecOf(name) === undefined ? [`unknown fact ${name}${factHint(name)}`] : [];
  }
  const isKnown = listableSubjects.some((known) => known === fact);
  return isKnown ? [] : [`unknown subject ${name}; known are: ${listableSubjects.join(', ')}`];
};

/** Functions of other languages, with their replacements. */
const otherCalls: Readonly<Record<string, string>> = {
  matches: 'regular expressions can take too long',
  has: 'every fact has a value',
  now: 'a condition knows no clock, only ages such as customer.accountAgeDays',
  timestamp: 'a condition knows no dates, only ages such as customer.accountAgeDays',
  duration: 'a condition knows no dates, only ages such as customer.accountAgeDays',
  date: 'a condition knows no dates, only ages such as customer.accountAgeDays',
  size: 'texts and lists have no length here',
  length: 'texts and lists have no length here',
};

const callHint = (name: string, node: ASTNode): string => {
  if (Object.hasOwn(otherCalls, name)) return `: ${otherCalls[name]}`;
  return didYouMean(
    nearestName(name, node.op === 'call' ? [...allowedCalls, 'list'] : [...allowedCalls]),
  );
};

const callProblems = (node: ASTNode, isAsked: boolean): string[] => {
  if (node.op !== 'call' && node.op !== 'rcall') return [];
  const [name] = node.args;
  if (name === 'list' && node.op === 'call') {
    if (!isAsked) return ['list("name") stands on the right of in only'];
    const list = listNameOf(node);
    if (list === undefined || node.args[1].length > 1) {
      return ['list() takes the name of a list in quotes'];
    }
    return listName.test(list) ? [] : [`'${list}' is no name of a list`];
  }
  if (allowedCalls.has(name)) {
    return node.op === 'rcall' ? [] : [`write fact.${name}('a'): the fact stands before it`];
  }
  const only = `only ${[...allowedCalls].join(', ')} are`;
  return [`${name}() is not allowed; ${only}${callHint(name, node)}`];
};

const literalProblems = (node: ASTNode): string[] => {
  if (node.op !== 'value') return [];
  const isPlain = ['number', 'bigint', 'string', 'boolean'].includes(typeof node.args);
  if (node.args === null) {
    return ["there is no null: every fact has a value, and a blank text is ''"];
  }
  if (!isPlain) return ['only numbers, texts, true and false may be written out'];
  // Beyond the safe integers, the evaluation is not exact.
  const isExact = typeof node.args !== 'bigint' || Number.isSafeInteger(Number(node.args));
  return isExact ? [] : ['a whole number may have 15 digits'];
};

/** A bare word is a fact without its group, or a text without quotes. */
const unknownName = (name: string): string => {
  if (/^(true|false)$/i.test(name)) return `write ${name.toLowerCase()} in small letters`;
  if (/^(null|none|nil|undefined|empty|blank)$/i.test(name)) {
    return `${name} is no value: every fact has one, and a blank text is ''`;
  }
  const hint = factHint(name);
  return `unknown name ${name}${hint === '' ? `; a text stands in quotes: '${name}'` : hint}`;
};

/** Groups and CEL's type names have no value by themselves. */
const nameProblems = (node: ASTNode, parent: ASTNode | undefined): string[] => {
  if (node.op === '.') {
    return factNameOf(node) === undefined ? ['only facts are read with a dot: group.fact'] : [];
  }
  if (node.op !== 'id' || parent?.op === '.') return [];
  const isGroup = node.args === subjectVariable || Object.hasOwn(factGroups, node.args);
  return [isGroup ? `${node.args} alone has no value; write group.fact` : unknownName(node.args)];
};

const writtenDate = /^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}$/;

const isArithmetic = (node: ASTNode | undefined): node is ASTNode =>
  node !== undefined && arithmetic.has(node.op);

/** A date without quotes parses as a subtraction or division; it gets one problem, not two. */
const arithmeticProblems = (node: ASTNode, parent: ASTNode | undefined): string[] => {
  const isDate = (one: ASTNode | undefined): boolean =>
    isArithmetic(one) && writtenDate.test(one.input.slice(one.range.start, one.range.end));
  if (isDate(node)) {
    return ['a condition knows no dates, only ages such as customer.accountAgeDays'];
  }
  const isWhole = isArithmetic(node) && childrenOf(node).every(isWholeNumber);
  return isWhole && !isDate(parent) ? ['write 5.0 instead of 5 for arithmetic'] : [];
};

/** Only values that are looked up by name can be tested against a list. */
const listReadProblems = (node: ASTNode): string[] => {
  const isAsked = node.op === 'in' && listNameOf(node.args[1]) !== undefined;
  if (!isAsked || listReadOf(node) !== undefined) return [];
  return ['only a subject or a text fact can be in list("...")'];
};

const problemsOf = (node: ASTNode, parent: ASTNode | undefined): string[] => {
  const name = factNameOf(node);
  const isAsked = parent?.op === 'in' && parent.args[1] === node;
  const isSubjectAlone =
    name?.startsWith(`${subjectVariable}.`) === true &&
    (parent === undefined || listReadOf(parent) === undefined);
  return [
    ...(name === undefined ? [] : factProblems(name)),
    ...(isSubjectAlone ? [`${name} can only be asked with in list("...")`] : []),
    ...(Object.hasOwn(forbidden, node.op) ? [forbidden[node.op] ?? ''] : []),
    ...nameProblems(node, parent),
    ...listReadProblems(node),
    ...callProblems(node, isAsked),
    ...literalProblems(node),
    ...(node.op === 'list' && !node.args.every(isLiteral)
      ? ['a list holds only what is written out: texts, numbers, true, false']
      : []),
    ...(node.op === 'list' && !isAsked
      ? ['a list stands on the right of in only; write fact in [...]']
      : []),
    ...arithmeticProblems(node, parent),
    ...(node.op === '==' || node.op === '!=' || node.op === 'in'
      ? [...codeProblems(node.args[0], node.args[1]), ...codeProblems(node.args[1], node.args[0])]
      : []),
  ];
};

/**
 * Walks a parsed condition. Facts are scalars and nothing loops, so the cost of a condition is its
 * number of nodes, which the parser bounds.
 */
export const inspectExpression = (root: ASTNode): Inspection => {
  const facts = new Set<string>();
  const lists: ListRead[] = [];
  const problems: ConditionProblem[] = [];
  const pending: { node: ASTNode; parent?: ASTNode }[] = [{ node: root }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, parent } = next;
    problems.push(...problemsOf(node, parent).map((message) => ({ message, ...node.range })));
    const name = factNameOf(node);
    if (name !== undefined && !name.startsWith(`${subjectVariable}.`)) facts.add(name);
    const read = listReadOf(node);
    if (read !== undefined) lists.push(read);
    pending.push(...childrenOf(node).map((child) => ({ node: child, parent: node })));
  }
  if (problems.length === 0) return { facts, lists, problems };
  const wholeRange = wholeRangesOf(root);
  const inReadingOrder = problems
    .map((problem) => ({ ...problem, ...wholeRange(problem) }))
    .toSorted((one, other) => one.start - other.start);
  return { facts, lists, problems: inReadingOrder };
};
