import type { ASTNode } from '@marcbachmann/cel-js';
import { isoCountry } from '../country.js';
import { factSpecOf } from '../facts/catalogue.js';
import { formOf } from '../facts/fact-form.js';
import type { FactSpec, FactValue } from '../facts/fact-group.js';
import { compileExpression } from './compile-expression.js';
import { childrenOf, factNameOf } from './expression-parts.js';

/** A part of a condition that reads a single fact, and the truth value that it must have. */
export interface Demand {
  readonly node: ASTNode;
  readonly holds: boolean;
  /** Whether the part has its truth value for this value of the fact. */
  readonly accepts: (value: FactValue) => boolean;
}

const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

const countries: readonly string[] = letters
  .flatMap((one) => letters.map((other) => one + other))
  .filter((code) => isoCountry(code) === code);

const literalsOf = (node: ASTNode): (string | number | boolean)[] => {
  if (node.op === 'list') return node.args.flatMap(literalsOf);
  if (node.op === '-_') {
    return literalsOf(node.args).map((value) => (typeof value === 'number' ? -value : value));
  }
  const value: unknown = node.op === 'value' ? node.args : undefined;
  if (typeof value === 'bigint') return [Number(value)];
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
    ? [value]
    : [];
};

/** The values of a side that reads no fact. */
const fixedOf = (node: ASTNode): (string | number | boolean)[] => {
  const literals = literalsOf(node);
  if (literals.length > 0 || node.op === 'list') return literals;
  try {
    return [compileExpression(node)({})];
  } catch {
    return [];
  }
};

const textsIn = (node: ASTNode): string[] => [
  ...literalsOf(node).filter((value) => typeof value === 'string'),
  ...(node.op === 'value' || node.op === 'list' ? [] : childrenOf(node).flatMap(textsIn)),
];

/** The texts that the fact may equal; undefined when the demand does not list any. */
const choicesOf = ({ node, holds }: Demand): string[] | undefined => {
  const isChoice = node.op === '==' || node.op === 'in' ? holds : node.op === '!=' && !holds;
  if (!isChoice) return undefined;
  const [left, right] = node.args as [ASTNode, ASTNode];
  if (factNameOf(left) === undefined) {
    return factNameOf(right) === undefined || left.op !== 'value' ? undefined : textsIn(left);
  }
  return right.op === 'value' || right.op === 'list' ? textsIn(right) : undefined;
};

interface TextPart {
  readonly call: string;
  readonly part: string;
}

const partOf = ({ node, holds }: Demand): TextPart[] => {
  if (node.op !== 'rcall' || !holds) return [];
  const [call, text, [value]] = node.args;
  const part: unknown = value?.op === 'value' ? value.args : undefined;
  return factNameOf(text) !== undefined && typeof part === 'string' ? [{ call, part }] : [];
};

const areEnds = (parts: readonly TextPart[], call: 'startsWith' | 'endsWith'): boolean => {
  const own = parts.filter((one) => one.call === call).map(({ part }) => part);
  const longest = own.toSorted((one, other) => other.length - one.length)[0] ?? '';
  return own.every((part) => longest[call](part));
};

/** Whether a text without listed values can have the required prefix, suffix and substrings. */
const canBeText = (spec: FactSpec, demands: readonly Demand[]): boolean => {
  const choices = demands.map(choicesOf).find((found) => found !== undefined);
  if (choices !== undefined) return choices.some((text) => areMet(demands, text));
  const parts = demands.flatMap(partOf);
  const besides = spec.besides ?? [];
  if (besides.some((text) => areMet(demands, text))) return true;
  const isForm = spec.form === undefined || parts.every(({ part }) => canHold(spec, part));
  return isForm && areEnds(parts, 'startsWith') && areEnds(parts, 'endsWith');
};

const canHold = ({ form }: FactSpec, part: string): boolean =>
  form === undefined || formOf(form).isPart(part);

const areMet = (demands: readonly Demand[], value: FactValue): boolean =>
  demands.every(({ accepts }) => accepts(value));

const comparing: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);

/** The numbers at which a part may change its value; undefined when it calculates with the fact. */
const turnsOf = (node: ASTNode): number[] | undefined => {
  if (factNameOf(node) !== undefined) return undefined;
  const children = childrenOf(node);
  if (comparing.has(node.op)) {
    const bare = (side: ASTNode): boolean =>
      factNameOf(side.op === '-_' ? side.args : side) !== undefined;
    const [other, ...more] = children.filter((side) => !bare(side));
    const fixed = other === undefined || more.length > 0 ? [] : fixedOf(other);
    const isEmptyList = other?.op === 'list' && more.length === 0;
    if (fixed.length > 0 || isEmptyList) {
      return fixed.flatMap((value) => (typeof value === 'number' ? [value, -value] : []));
    }
  }
  if (node.op === 'list') return [];
  const turns = children.map(turnsOf);
  return turns.some((one) => one === undefined) ? undefined : turns.flatMap((one) => one ?? []);
};

/** Sample numbers: each turn, and one from each interval between two turns. */
const samplesOf = (turns: readonly number[], { min, max, whole }: FactSpec): number[] => {
  const [low, high] = [min ?? -Infinity, max ?? Infinity];
  const known = [...new Set([...turns, 0, low, high])]
    .filter((one) => Number.isFinite(one))
    .toSorted((one, other) => one - other);
  const between = known.flatMap((one, index) => {
    const next = known[index + 1];
    return next === undefined ? [] : [one / 2 + next / 2];
  });
  const ends = known.flatMap((one) => [
    one - Math.max(1, Math.abs(one)),
    one + Math.max(1, Math.abs(one)),
  ]);
  const all = [...known, ...between, ...ends];
  const wholes = all
    .flatMap((one) => [Math.floor(one), Math.ceil(one)])
    .flatMap((one) => [one - 1, one, one + 1]);
  return [...new Set(whole === true ? wholes : all)].filter((one) => one >= low && one <= high);
};

const canBeNumber = (spec: FactSpec, demands: readonly Demand[]): boolean => {
  const plain = demands.flatMap((demand) => {
    const turns = turnsOf(demand.node);
    return turns === undefined ? [] : [{ demand, turns }];
  });
  const own = plain.map(({ demand }) => demand);
  return samplesOf(
    plain.flatMap(({ turns }) => turns),
    spec,
  ).some((value) => areMet(own, value));
};

/** The only value of a listed fact that meets all demands; undefined when there are several. */
const onlyValueOf = (name: string, demands: readonly Demand[]): FactValue | undefined => {
  const { type, codes = [] } = factSpecOf(name) ?? {};
  const values: readonly FactValue[] = type === 'bool' ? [true, false] : codes;
  const left = values.filter((value) => areMet(demands, value));
  return left.length === 1 ? left[0] : undefined;
};

/**
 * Whether another fact, under its own demands, fixes this one at a value that its demands exclude.
 */
export const isFixedElsewhere = (
  name: string,
  byFact: ReadonlyMap<string, readonly Demand[]>,
): boolean => {
  const fixed = factSpecOf(name)?.fixed;
  if (fixed === undefined) return false;
  const isFixed = onlyValueOf(fixed.while, byFact.get(fixed.while) ?? []) === fixed.is;
  return isFixed && !areMet(byFact.get(name) ?? [], fixed.at);
};

/**
 * Whether some value of a fact meets all demands on it. False is certain; true means that this
 * analysis found no conflict.
 */
export const canBe = (name: string, demands: readonly Demand[]): boolean => {
  const spec = factSpecOf(name);
  if (spec === undefined) return true;
  if (spec.type === 'bool') return [true, false].some((value) => areMet(demands, value));
  if (spec.type === 'double') return canBeNumber(spec, demands);
  const listed = spec.codes ?? (spec.form === 'country' ? countries : undefined);
  if (listed === undefined) return canBeText(spec, demands);
  // An unlisted text is a candidate here too: another check reports it.
  const asked = demands.flatMap((demand) => choicesOf(demand) ?? []);
  return [...listed, ...(spec.besides ?? []), ...asked].some((value) => areMet(demands, value));
};
