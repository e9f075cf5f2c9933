/** Orders with the same linear predictor. */
export interface Term {
  readonly orders: number;
  readonly frauds: number;
  /** The part of the predictor that no variable changes. */
  readonly offset: number;
  /** Variables that are not zero here, each once, and their factors. */
  readonly at: readonly number[];
  readonly by: readonly number[];
}

/** A variable of the model with its least value and its normal prior. */
export interface Variable {
  readonly start: number;
  readonly low: number;
  readonly mean: number;
  /** Inverse variance of the prior; 0 for none. */
  readonly precision: number;
}

/** log(1 + e^z) without overflow. */
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** The probability of a log-odds. */
export const sigmoid = (z: number): number => {
  const small = Math.exp(-Math.abs(z));
  return z >= 0 ? 1 / (1 + small) : small / (1 + small);
};

const predictor = ({ offset, at, by }: Term, values: readonly number[]): number => {
  let z = offset;
  for (let index = 0; index < at.length; index += 1) {
    z += (by[index] as number) * (values[at[index] as number] as number);
  }
  return z;
};

/** The negative log likelihood of the terms; a loss of 0 is a perfect prediction. */
export const lossOf = (terms: readonly Term[], values: readonly number[]): number => {
  let loss = 0;
  for (const term of terms) {
    const z = predictor(term, values);
    loss += term.orders * softplus(z) - term.frauds * z;
  }
  return loss;
};

const penaltyOf = (variables: readonly Variable[], values: readonly number[]): number => {
  let penalty = 0;
  for (const [index, { mean, precision }] of variables.entries()) {
    penalty += (precision / 2) * ((values[index] as number) - mean) ** 2;
  }
  return penalty;
};

interface Slope {
  readonly gradient: Float64Array;
  /** Row by row. */
  readonly hessian: Float64Array;
}

/** Keeps the quadratic model strictly convex where neither prior nor data say anything. */
const ridge = 1e-9;

const slopeAt = (
  terms: readonly Term[],
  variables: readonly Variable[],
  values: readonly number[],
): Slope => {
  const size = variables.length;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  for (const term of terms) {
    const share = sigmoid(predictor(term, values));
    const pull = term.orders * share - term.frauds;
    const bend = term.orders * share * (1 - share);
    for (let one = 0; one < term.at.length; one += 1) {
      const row = term.at[one] as number;
      const factor = term.by[one] as number;
      gradient[row] = (gradient[row] as number) + pull * factor;
      for (let other = 0; other < term.at.length; other += 1) {
        const cell = row * size + (term.at[other] as number);
        hessian[cell] = (hessian[cell] as number) + bend * factor * (term.by[other] as number);
      }
    }
  }
  for (const [index, { mean, precision }] of variables.entries()) {
    const away = (values[index] as number) - mean;
    gradient[index] = (gradient[index] as number) + precision * away;
    const cell = index * size + index;
    hessian[cell] = (hessian[cell] as number) + precision + ridge;
  }
  return { gradient, hessian };
};

/** Sweeps over the variables within one Newton step; a hundred variables need some dozens. */
const sweepsMax = 2000;
const sweepEnd = 1e-11;

/**
 * The step that minimises the quadratic model within the limits: coordinate descent, each variable
 * to its own minimum in turn.
 */
const stepOf = (
  { gradient, hessian }: Slope,
  variables: readonly Variable[],
  values: readonly number[],
): Float64Array => {
  const size = variables.length;
  const step = new Float64Array(size);
  // The gradient of the model at `step`.
  const slope = Float64Array.from(gradient);
  for (let sweep = 0; sweep < sweepsMax; sweep += 1) {
    let largest = 0;
    for (let index = 0; index < size; index += 1) {
      const bend = hessian[index * size + index] as number;
      const floor = (variables[index] as Variable).low - (values[index] as number);
      const before = step[index] as number;
      const after = Math.max(floor, before - (slope[index] as number) / bend);
      const change = after - before;
      if (change === 0) continue;
      step[index] = after;
      largest = Math.max(largest, Math.abs(change));
      for (let other = 0; other < size; other += 1) {
        slope[other] =
          (slope[other] as number) + change * (hessian[index * size + other] as number);
      }
    }
    if (largest < sweepEnd) break;
  }
  return step;
};

/** The share of the promised decrease that a step must reach (Armijo); the usual constant. */
const decreaseShare = 1e-4;
const halvingsMax = 40;

const stepsMax = 100;
/** A step smaller than this in every variable ends the search. */
const stepEnd = 1e-8;

export interface Solution {
  readonly values: readonly number[];
  /** False when the search ended by its limit of steps. */
  readonly isConverged: boolean;
}

/**
 * The most likely values of a logistic model with normal priors and lower limits: projected Newton
 * with a line search. The problem is strictly convex, so the start does not matter. Deterministic;
 * the order of the terms changes only the last bits.
 */
export const solveLogistic = (terms: readonly Term[], variables: readonly Variable[]): Solution => {
  let values = variables.map(({ start, low }) => Math.max(start, low));
  const aimOf = (at: readonly number[]) => lossOf(terms, at) + penaltyOf(variables, at);
  let aim = aimOf(values);
  for (let round = 0; round < stepsMax; round += 1) {
    const slope = slopeAt(terms, variables, values);
    const step = stepOf(slope, variables, values);
    const promised = step.reduce((sum, one, index) => sum + one * (slope.gradient[index] ?? 0), 0);
    if (step.every((one) => Math.abs(one) < stepEnd)) return { values, isConverged: true };
    let size = 1;
    let next = values;
    let nextAim = aim;
    for (let halving = 0; halving < halvingsMax; halving += 1, size /= 2) {
      const factor = size;
      next = values.map((value, index) =>
        Math.max((variables[index] as Variable).low, value + factor * (step[index] as number)),
      );
      nextAim = aimOf(next);
      if (nextAim <= aim + decreaseShare * factor * promised) break;
    }
    // Rounding leaves nothing to gain.
    if (nextAim >= aim) return { values, isConverged: true };
    values = next;
    aim = nextAim;
  }
  return { values, isConverged: false };
};
