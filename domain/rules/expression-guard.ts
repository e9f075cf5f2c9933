import type { ASTNode } from '@marcbachmann/cel-js';
import { factSpecOf } from '../facts/catalogue.js';

/** Linear text functions. `matches` is a backtracking regex; macros would need a cost limit. */
const allowedCalls: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'contains']);

/** Facts are scalars: there is nothing to index, and no map to build. */
const forbidden: ReadonlySet<string> = new Set(['.?', '[]', '[?]', 'map']);

/** What a condition reads, and what is wrong with it. */
export interface Inspection {
  readonly facts: Set<string>;
  readonly problems: string[];
}

const factNameOf = (node: ASTNode): string | undefined =>
  node.op === '.' && node.args[0].op === 'id' ? `${node.args[0].args}.${node.args[1]}` : undefined;

const isNode = (part: unknown): part is ASTNode =>
  typeof part === 'object' && part !== null && 'op' in part;

/** Operands are a node, or lists of nodes and names, nested once at most. */
const childrenOf = ({ args }: ASTNode): ASTNode[] =>
  (Array.isArray(args) ? (args as unknown[]).flat() : [args]).filter(isNode);

const literalsOf = (node: ASTNode): unknown[] => {
  if (node.op === 'value') return [node.args];
  return node.op === 'list' ? node.args.flatMap(literalsOf) : [];
};

const isLiteral = (node: ASTNode): boolean => node.op === 'value' || node.op === '-_';

/** A code compared with a value that it can never have is a rule that silently never trips. */
const inspectCodes = (fact: ASTNode, compared: ASTNode, problems: string[]) => {
  const name = factNameOf(fact);
  const codes = name === undefined ? undefined : factSpecOf(name)?.codes;
  if (codes === undefined) return;
  for (const literal of literalsOf(compared)) {
    if (typeof literal !== 'string' || codes.includes(literal)) continue;
    problems.push(`${name} is never '${literal}'; it is one of: ${codes.join(', ')}`);
  }
};

const inspectNode = (node: ASTNode, { facts, problems }: Inspection): void => {
  const name = factNameOf(node);
  if (name !== undefined) {
    facts.add(name);
    if (factSpecOf(name) === undefined) problems.push(`unknown fact ${name}`);
  }
  if (forbidden.has(node.op)) problems.push(`${node.op} is not allowed`);
  if ((node.op === 'call' || node.op === 'rcall') && !allowedCalls.has(node.args[0])) {
    problems.push(`${node.args[0]}() is not allowed; only ${[...allowedCalls].join(', ')} are`);
  }
  if (node.op === 'list' && !node.args.every(isLiteral)) {
    problems.push('a list may hold literals only');
  }
  if (node.op === '==' || node.op === '!=' || node.op === 'in') {
    inspectCodes(node.args[0], node.args[1], problems);
    inspectCodes(node.args[1], node.args[0], problems);
  }
};

/**
 * Walks a parsed condition. Facts are scalars and nothing can loop, so that the cost of a
 * condition is its number of nodes, which the parser bounds.
 */
export const inspectExpression = (root: ASTNode): Inspection => {
  const inspection: Inspection = { facts: new Set(), problems: [] };
  const pending: ASTNode[] = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    inspectNode(node, inspection);
    pending.push(...childrenOf(node));
  }
  return inspection;
};
