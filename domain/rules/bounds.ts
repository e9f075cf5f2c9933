import type { ASTNode } from '@marcbachmann/cel-js';
import { factSpecOf } from '../facts/catalogue.js';
import { factNameOf } from './expression-parts.js';

/** Numbers between two ends; an open end is not among them. */
export interface Bounds {
  readonly from: number;
  readonly isFromOpen: boolean;
  readonly to: number;
  readonly isToOpen: boolean;
}

const all: Bounds = { from: -Infinity, isFromOpen: false, to: Infinity, isToOpen: false };

const numberOf = (node: ASTNode): number | undefined => {
  if (node.op === '-_') {
    const value = numberOf(node.args);
    return value === undefined ? undefined : -value;
  }
  const isNumber = typeof node.args === 'bigint' || typeof node.args === 'number';
  return node.op === 'value' && isNumber ? Number(node.args) : undefined;
};

const mirrored: ReadonlyMap<string, string> = new Map([
  ['<', '>'],
  ['<=', '>='],
  ['>', '<'],
  ['>=', '<='],
  ['==', '=='],
]);

const boundsOf = (op: string, value: number): Bounds | undefined => {
  if (op === '<' || op === '<=') return { ...all, to: value, isToOpen: op === '<' };
  if (op === '>' || op === '>=') return { ...all, from: value, isFromOpen: op === '>' };
  return op === '==' ? { ...all, from: value, to: value } : undefined;
};

/** One number fact compared with a written-out number; undefined for any other node. */
const comparisonOf = (node: ASTNode) => {
  const mirror = mirrored.get(node.op);
  if (mirror === undefined) return undefined;
  const [left, right] = node.args as [ASTNode, ASTNode];
  const [name, value] = [factNameOf(left), numberOf(right)];
  const [otherName, otherValue] = [factNameOf(right), numberOf(left)];
  const fact = name ?? otherName;
  const bounds =
    name === undefined
      ? otherValue !== undefined && boundsOf(mirror, otherValue)
      : value !== undefined && boundsOf(node.op, value);
  return fact === undefined || !bounds ? undefined : { fact, bounds };
};

const intersect = (one: Bounds, other: Bounds): Bounds => {
  const low = one.from > other.from ? one : other;
  const high = one.to < other.to ? one : other;
  return {
    from: low.from,
    isFromOpen: low.isFromOpen || (one.from === other.from && (one.isFromOpen || other.isFromOpen)),
    to: high.to,
    isToOpen: high.isToOpen || (one.to === other.to && (one.isToOpen || other.isToOpen)),
  };
};

/** True when no number lies between the ends. */
export const isEmpty = ({ from, to, isFromOpen, isToOpen }: Bounds): boolean =>
  from > to || (from === to && (isFromOpen || isToOpen));

/** True when every number of `inner` is one of `outer`. */
export const isWithin = (inner: Bounds, outer: Bounds): boolean => {
  const { from, isFromOpen, to, isToOpen } = intersect(inner, outer);
  return (
    from === inner.from &&
    isFromOpen === inner.isFromOpen &&
    to === inner.to &&
    isToOpen === inner.isToOpen
  );
};

const partsOf = (node: ASTNode): ASTNode[] =>
  node.op === '&&' ? node.args.flatMap(partsOf) : [node];

/** What a fact's own meaning leaves of all numbers. */
const ownBounds = (fact: string): Bounds => {
  const { min = -Infinity, max = Infinity } = factSpecOf(fact) ?? {};
  return { ...all, from: min, to: max };
};

/** What must hold of number facts for a conjunction to hold. */
export interface Conjunction {
  readonly bounds: ReadonlyMap<string, Bounds>;
  /** True when these bounds are all that the conjunction asks. */
  readonly isWhole: boolean;
}

/** The bounds that a condition puts on number facts by parts joined with `&&`. */
export const conjunctionOf = (node: ASTNode): Conjunction => {
  const bounds = new Map<string, Bounds>();
  const parts = partsOf(node);
  const comparisons = parts.flatMap((part) => comparisonOf(part) ?? []);
  for (const { fact, bounds: own } of comparisons) {
    bounds.set(fact, intersect(bounds.get(fact) ?? ownBounds(fact), own));
  }
  return { bounds, isWhole: comparisons.length === parts.length };
};
