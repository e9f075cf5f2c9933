/** What goes wrong while one order is worked on. */
export type Fault = 'worker dies calling OMS' | 'answer of OMS is lost' | 'worker dies deciding';

/** How often each fault is tried, one order at a time. */
export interface Plan {
  readonly warmUpSeconds: number;
  readonly faults: readonly Fault[];
  readonly times: number;
  /** An order that has not gone on by then counts as never. */
  readonly giveUpSeconds: number;
  /** Between two tries: a supervisor waits longer for a worker that keeps dying. */
  readonly pauseSeconds: number;
}

const faults = [
  'worker dies calling OMS',
  'answer of OMS is lost',
  'worker dies deciding',
] as const;

export const fullPlan: Plan = {
  ...{ warmUpSeconds: 10, faults, times: 7, giveUpSeconds: 60, pauseSeconds: 12 },
};

/** Proves that the benchmark runs. Its figures mean nothing else. */
export const quickPlan: Plan = {
  ...{ warmUpSeconds: 2, faults, times: 1, giveUpSeconds: 60, pauseSeconds: 0 },
};
