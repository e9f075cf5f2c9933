import type { Recovered, Recovery } from '../recovery/recovery.js';
import { cell, row } from './table.js';

const orNever = (value: number | null | undefined): string =>
  cell(value === undefined ? '-' : (value ?? 'never'));

/** The middle value, the lower one of two; what never ended is longer than all others. */
const middleOf = (values: readonly (number | null)[]): number | null | undefined =>
  values.toSorted((one, other) => (one ?? Infinity) - (other ?? Infinity))[
    Math.floor((values.length - 1) / 2)
  ];

const longestOf = (values: readonly (number | null)[]): number | null | undefined =>
  values.toSorted((one, other) => (other ?? Infinity) - (one ?? Infinity))[0];

const faultRow = ({ fault, seconds, workerBackSeconds }: Recovered): string =>
  row(
    fault.padEnd(24),
    ...[middleOf(seconds), longestOf(seconds), middleOf(workerBackSeconds)].map(orNever),
  );

/** Seconds from each fault until its order went on, beside those until a worker was ready. */
export const recoveryLines = ({ plan, recovered }: Recovery): string[] => [
  `  One order each, ${plan.times} times; seconds until it is settled or answered`,
  row(''.padEnd(24), ...['median', 'longest', 'worker'].map((head) => cell(head))),
  ...recovered.map(faultRow),
];
