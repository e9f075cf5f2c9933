import type { ASTNode } from '@marcbachmann/cel-js';
import type { Facts } from '../facts/catalogue.js';
import type { FactValue } from '../facts/fact-group.js';
import { compileExpression } from './compile-expression.js';
import { ConditionFault, describeFault } from './condition-fault.js';
import { inspectExpression } from './expression-guard.js';
import { childrenOf, factNameOf, listReadOf } from './expression-parts.js';
import { factOf, listFactOf, listGroup } from './fact-name.js';
import { checkCondition } from './rule-language.js';
import { type SourceRange, wholeRangesOf } from './source-range.js';

/** A part of a condition and its value; offsets count characters of the condition. */
export interface ConditionStep extends SourceRange {
  readonly expression: string;
  /** Absent when its evaluation failed; `fault` then says why. */
  readonly value?: FactValue;
  readonly fault?: string;
}

export interface ExplainedCondition {
  /** Absent when the evaluation of the condition failed. */
  readonly holds?: boolean;
  /** In reading order: the whole before its parts. */
  readonly steps: readonly ConditionStep[];
  /** Every fact that it reads; null for a missing one. */
  readonly facts: Readonly<Record<string, FactValue | null>>;
}

/** Literals and the subject of a list lookup need no explanation. */
const partsToExplain = (node: ASTNode): ASTNode[] => {
  if (node.op === 'value' || node.op === 'list') return [];
  if (node.op === '-_' && node.args.op === 'value') return [];
  if (factNameOf(node) !== undefined || listReadOf(node) !== undefined) return [node];
  return [node, ...childrenOf(node).flatMap(partsToExplain)];
};

/** JSON has no value for the result of a division by zero. */
const printable = (value: FactValue): FactValue =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

const evaluated = (node: ASTNode, facts: Facts): Pick<ConditionStep, 'value' | 'fault'> => {
  try {
    return { value: printable(compileExpression(node)(facts)) };
  } catch (error) {
    return { fault: describeFault(error) };
  }
};

/**
 * Evaluates every part of a condition on some facts, also those that a normal evaluation would
 * skip. Throws `ConditionFault` for a condition that does not compile.
 */
export const explainCondition = (when: string, facts: Facts): ExplainedCondition => {
  const checked = checkCondition(when);
  if ('problems' in checked) throw new ConditionFault('the condition is refused');
  const { ast } = checked;
  const wholeRange = wholeRangesOf(ast);
  const steps = partsToExplain(ast)
    .map((node) => {
      const { start, end } = wholeRange(node.range);
      return { expression: when.slice(start, end), start, end, ...evaluated(node, facts) };
    })
    .toSorted((one, other) => one.start - other.start || other.end - one.end);
  const { facts: names, lists } = inspectExpression(ast);
  const listFacts = lists.map(({ list, subject }) => `${listGroup}.${listFactOf(list, subject)}`);
  const { value } = evaluated(ast, facts);
  return {
    ...(typeof value === 'boolean' && { holds: value }),
    steps,
    facts: Object.fromEntries(
      [...names, ...listFacts].map((name) => [name, factOf(facts, name) ?? null]),
    ),
  };
};
