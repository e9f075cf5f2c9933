import type { ASTNode } from '@marcbachmann/cel-js';
import { factSpecOf } from '../facts/catalogue.js';
import { formOf } from '../facts/fact-form.js';
import { conjunctionOf, isEmpty } from './bounds.js';
import type { ConditionProblem } from './condition-fault.js';
import { childrenOf, factNameOf } from './expression-parts.js';
import { wholeRangesOf } from './source-range.js';

const textsOf = (node: ASTNode): string[] => {
  if (node.op === 'list') return node.args.flatMap(textsOf);
  return node.op === 'value' && typeof node.args === 'string' ? [node.args] : [];
};

/** A text of another form than the fact's values have, as in `shipping.country == 'us'`. */
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

const textOfFact = (node: ASTNode) => {
  if (node.op !== '==' && node.op !== 'in') return undefined;
  const [left, right] = node.args;
  const name = factNameOf(left) ?? (node.op === '==' ? factNameOf(right) : undefined);
  const texts = textsOf(factNameOf(left) === undefined ? left : right);
  return name === undefined || texts.length === 0 ? undefined : { name, texts };
};

const partsOf = (node: ASTNode): ASTNode[] =>
  node.op === '&&' ? node.args.flatMap(partsOf) : [node];

/** Text facts that would have to be two values at once. */
const contradictedTexts = (node: ASTNode): string[] => {
  const left = new Map<string, readonly string[]>();
  for (const { name, texts } of partsOf(node).flatMap((part) => textOfFact(part) ?? [])) {
    const known = left.get(name);
    left.set(name, known === undefined ? texts : known.filter((text) => texts.includes(text)));
  }
  return [...left].filter(([, texts]) => texts.length === 0).map(([name]) => name);
};

const problemsOf = (node: ASTNode, parent: ASTNode | undefined): string[] => {
  const isComparison = node.op === '==' || node.op === '!=' || node.op === 'in';
  const [left, right] = isComparison ? node.args : [];
  const forms =
    left === undefined || right === undefined
      ? []
      : [...formProblems(left, right), ...formProblems(right, left)];
  // Parts of a conjunction are looked at together, once.
  if (node.op !== '&&' && parent?.op === '&&') return forms;
  if (node.op === '&&' && parent?.op === '&&') return forms;
  const empty = [...conjunctionOf(node).bounds].filter(([, bounds]) => isEmpty(bounds));
  const names = [...empty.map(([name]) => name), ...contradictedTexts(node)];
  return [...forms, ...names.map((name) => `can never be true: no ${name} fits all of it`)];
};

/** Parts of a condition that no order can ever meet. A rule with one silently never trips. */
export const findNeverTrue = (root: ASTNode): ConditionProblem[] => {
  const problems: ConditionProblem[] = [];
  const wholeRange = wholeRangesOf(root);
  const pending: { node: ASTNode; parent?: ASTNode }[] = [{ node: root }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, parent } = next;
    for (const message of problemsOf(node, parent)) {
      problems.push({ message, ...wholeRange(node.range) });
    }
    pending.push(...childrenOf(node).map((child) => ({ node: child, parent: node })));
  }
  return problems;
};
