/** A part of the installation that stops for a while. */
export type StoppedPart = 'worker' | 'postgres' | 'api' | 'temporal';

/** The stops, one after the other, and the load through all of them. */
export interface Plan {
  readonly warmUpSeconds: number;
  /** New orders; each caller retries its order after `Retry-After`. */
  readonly perSecond: number;
  readonly beforeSeconds: number;
  readonly stops: readonly { readonly part: StoppedPart; readonly seconds: number }[];
  /** How long new orders come after each stop. */
  readonly afterSeconds: number;
}

const parts: readonly StoppedPart[] = ['worker', 'postgres', 'api', 'temporal'];

export const fullPlan: Plan = {
  ...{ warmUpSeconds: 20, perSecond: 4, beforeSeconds: 5, afterSeconds: 20 },
  stops: [20, 45].flatMap((seconds) => parts.map((part) => ({ part, seconds }))),
};

/** Proves that the benchmark runs. Its figures mean nothing else. */
export const quickPlan: Plan = {
  ...{ warmUpSeconds: 2, perSecond: 4, beforeSeconds: 1, afterSeconds: 3 },
  stops: [{ part: 'worker', seconds: 4 }],
};
