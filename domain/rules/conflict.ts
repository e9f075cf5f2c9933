import type { ASTNode } from '@marcbachmann/cel-js';
import type { FactValue } from '../facts/fact-group.js';
import { remembered } from '../remembered.js';
import { compileExpression } from './compile-expression.js';
import { childrenOf, factNameOf } from './expression-parts.js';
import { canBe, type Demand, isFixedElsewhere } from './fact-values.js';
import { splitFactName } from './fact-name.js';

/** A part of a condition and the truth value that it must have. */
export interface Requirement {
  readonly node: ASTNode;
  readonly holds: boolean;
}

/**
 * The remaining budget of the analysis, in parts of conditions compared or evaluated. All checks of
 * one text share it, which bounds the time per text.
 */
export interface Effort {
  left: number;
}

/** Alternatives to try per condition. With more of them the condition counts as possible. */
const waysMax = 300;

/** The alternatives by which a part gets its truth value; undefined for an atomic part. */
const waysOf = ({ node, holds }: Requirement): (readonly Requirement[])[] | undefined => {
  if (node.op === '!_') return [[{ node: node.args, holds: !holds }]];
  if (node.op === '&&' || node.op === '||') {
    const sides = node.args.map((side) => ({ node: side, holds }));
    return (node.op === '&&') === holds ? [sides] : sides.map((side) => [side]);
  }
  if (node.op !== '?:') return undefined;
  const [test, yes, no] = node.args;
  return [
    [
      { node: test, holds: true },
      { node: yes, holds },
    ],
    [
      { node: test, holds: false },
      { node: no, holds },
    ],
  ];
};

/** Cached properties of a part, which recur in each alternative. */
interface Leaf {
  /** Names of the facts that it reads, without duplicates. */
  readonly names: readonly string[];
  readonly text: string;
  readonly hasCall: boolean;
  /** The number of its nodes, lists included: each element of a list is tried. */
  readonly size: number;
}

const leafOf = remembered((node: ASTNode): Leaf => {
  const parts = childrenOf(node).map(leafOf);
  const name = factNameOf(node);
  const { start, end } = node.range;
  return {
    names: name === undefined ? [...new Set(parts.flatMap(({ names }) => names))] : [name],
    text: node.input.slice(start, end).replaceAll(/\s+/g, ' '),
    hasCall: node.op === 'call' || parts.some(({ hasCall }) => hasCall),
    size: parts.reduce((sum, { size }) => sum + size, 1),
  };
});

const thunkOf = remembered(compileExpression);

/** The value of a part for one value of its fact; undefined when the evaluation fails. */
const valueWith = (node: ASTNode, name: string, value: FactValue): FactValue | undefined => {
  try {
    const [group, fact] = splitFactName(name);
    return thunkOf(node)({ [group]: { [fact]: value } });
  } catch {
    return undefined;
  }
};

/** Without budget every value is accepted: what was not checked may be true. */
const toDemand = (name: string, { node, holds }: Requirement, effort: Effort): Demand => {
  const { size } = leafOf(node);
  return {
    node,
    holds,
    accepts: (value) => {
      effort.left -= size;
      return effort.left < 0 || (valueWith(node, name, value) ?? holds) === holds;
    },
  };
};

/** How the left fact of a comparison may relate to the right one, as bits: below, equal, above. */
const relations: Readonly<Record<string, number>> = {
  '<': 1,
  '==': 2,
  '<=': 3,
  '>': 4,
  '!=': 5,
  '>=': 6,
};

const turned = (bits: number): number => (bits & 2) | ((bits & 1) << 2) | ((bits & 4) >> 2);

/** The relation that a comparison of two facts allows; undefined for any other part. */
const relationOf = ({ node, holds }: Requirement) => {
  const bits = Object.hasOwn(relations, node.op) ? relations[node.op] : undefined;
  if (bits === undefined) return undefined;
  const [left, right] = (node.args as [ASTNode, ASTNode]).map(factNameOf);
  if (left === undefined || right === undefined) return undefined;
  const left3 = holds ? bits : 7 - bits;
  const allowed = left > right ? turned(left3) : left3;
  return { names: [left, right], key: [left, right].toSorted().join(' '), allowed };
};

/** The facts that make this combination of parts impossible; undefined when it is possible. */
const clash = (leaves: readonly Requirement[], effort: Effort): readonly string[] | undefined => {
  const bySign = new Map<string, boolean>();
  const byPair = new Map<string, number>();
  const byFact = new Map<string, Demand[]>();
  for (const leaf of leaves) {
    const { names, text, hasCall } = leafOf(leaf.node);
    if ((bySign.get(text) ?? leaf.holds) !== leaf.holds) return names;
    bySign.set(text, leaf.holds);
    const relation = relationOf(leaf);
    if (relation !== undefined) {
      const isSame = relation.names[0] === relation.names[1];
      const allowed = (byPair.get(relation.key) ?? (isSame ? 2 : 7)) & relation.allowed;
      if (allowed === 0) return names;
      byPair.set(relation.key, allowed);
    } else if (names.length === 0 && !hasCall) {
      if ((valueWith(leaf.node, 'none.none', 0) ?? leaf.holds) !== leaf.holds) return [];
    } else if (names.length === 1 && !hasCall) {
      const [name = ''] = names;
      byFact.set(name, [...(byFact.get(name) ?? []), toDemand(name, leaf, effort)]);
    }
  }
  for (const [name, demands] of byFact) {
    if (!canBe(name, demands) || isFixedElsewhere(name, byFact)) return [name];
  }
  return undefined;
};

/**
 * The facts that make it impossible to meet all demands (empty when no fact is involved); undefined
 * when some order may meet them. A returned conflict is certain. Calculations, too many
 * alternatives and a spent budget count as possible.
 */
export const findConflict = (
  requirements: readonly Requirement[],
  effort: Effort,
): ReadonlySet<string> | undefined => {
  if (effort.left < 0) return undefined;
  const names = new Set<string>();
  let ways = 0;
  const isPossible = (pending: readonly Requirement[], leaves: readonly Requirement[]): boolean => {
    const [next, ...rest] = pending;
    if (next === undefined) {
      effort.left -= leaves.length;
      const against = effort.left < 0 ? undefined : clash(leaves, effort);
      for (const name of against ?? []) names.add(name);
      return against === undefined;
    }
    const choices = waysOf(next);
    if (choices === undefined) return isPossible(rest, [...leaves, next]);
    for (const choice of choices) {
      ways += 1;
      if (ways > waysMax || isPossible([...choice, ...rest], leaves)) return true;
    }
    return false;
  };
  return isPossible(requirements, []) ? undefined : names;
};
