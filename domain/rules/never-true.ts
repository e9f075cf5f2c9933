import type { ASTNode } from '@marcbachmann/cel-js';
import { factSpecOf } from '../facts/catalogue.js';
import { formOf } from '../facts/fact-form.js';
import type { ConditionProblem } from './condition-fault.js';
import { type Effort, findConflict } from './conflict.js';
import { childrenOf, factNameOf } from './expression-parts.js';
import { wholeRangesOf } from './source-range.js';

const textsOf = (node: ASTNode): string[] => {
  if (node.op === 'list') return node.args.flatMap(textsOf);
  return node.op === 'value' && typeof node.args === 'string' ? [node.args] : [];
};

/** A text that does not have the form of the fact's values, as in `shipping.country == 'us'`. */
const formProblems = (fact: ASTNode, compared: ASTNode): string[] => {
  const name = factNameOf(fact);
  const spec = name === undefined ? undefined : factSpecOf(name);
  if (spec?.form === undefined) return [];
  const { isValue, words } = formOf(spec.form);
  const known = spec.besides ?? [];
  return textsOf(compared)
    .filter((text) => !known.includes(text) && !isValue(text))
    .map((text) => `${name} is never '${text}': it is ${words}`);
};

const isComparison = (node: ASTNode): boolean =>
  node.op === '==' || node.op === '!=' || node.op === 'in';

/** Literals that no order's fact can equal, wherever they are compared. */
const formsIn = (node: ASTNode): { readonly node: ASTNode; readonly message: string }[] => {
  const inner = childrenOf(node).flatMap(formsIn);
  if (!isComparison(node)) return inner;
  const [left, right] = node.args as [ASTNode, ASTNode];
  const own = [...formProblems(left, right), ...formProblems(right, left)];
  return [...own.map((message) => ({ node, message })), ...inner];
};

/** The operands that the author could drop, or that are conditions of their own. */
const alternativesOf = (node: ASTNode): ASTNode[] => {
  if (node.op === '&&' || node.op === '||') return node.args;
  return node.op === '?:' ? node.args.slice(1) : [];
};

/** The smallest parts that no order can meet. */
const neverMet = (
  node: ASTNode,
  isRoot: boolean,
  effort: Effort,
): { readonly node: ASTNode; readonly message: string }[] => {
  const inner = alternativesOf(node).flatMap((part) => neverMet(part, false, effort));
  // A literal `false` is deliberate.
  if (inner.length > 0 || (node.op === 'value' && !isRoot)) return inner;
  const facts = findConflict([{ node, holds: true }], effort);
  if (facts === undefined) return [];
  const why = facts.size === 0 ? '' : `: no ${[...facts].toSorted().join(' or ')} fits all of it`;
  return [{ node, message: `can never be true${why}` }];
};

/** Parts of a condition that no order can meet. A rule with such a part silently never trips. */
export const findNeverTrue = (root: ASTNode, effort: Effort): ConditionProblem[] => {
  const wholeRange = wholeRangesOf(root);
  return [...formsIn(root), ...neverMet(root, true, effort)].map(({ node, message }) => ({
    message,
    ...wholeRange(node.range),
  }));
};
