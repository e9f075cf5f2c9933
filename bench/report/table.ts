import type { Goal } from '../goals.js';
import type { Percentiles } from '../percentiles.js';

/** One table cell, right-aligned. */
export const cell = (value: number | string, width = 9): string => String(value).padStart(width);

/** Milliseconds or megabytes, to a tenth. */
export const tenths = (value: number): string => cell(value.toFixed(1));

/** A row's name and its cells. */
export const row = (label: string, ...cells: readonly string[]): string =>
  `    ${label.padEnd(20)}${cells.join('')}`;

export const percentileHeads = row(
  '',
  ...['p50', 'p95', 'p99', 'max', 'samples'].map((head) => cell(head)),
);

/** `null` stands for a series without samples. */
export const percentileRow = (label: string, from: Percentiles | null): string =>
  from === null
    ? row(label, cell('none'))
    : row(
        label,
        ...[from.p50Ms, from.p95Ms, from.p99Ms, from.maxMs].map(tenths),
        cell(from.samples),
      );

/** A figure's comparison with its goal. */
export const aim = (text: string, isMet: boolean): string =>
  `    aim: ${text} ${isMet ? '(met)' : '(MISSED)'}`;

/** Goals, each with its figure. */
export const goalLines = (goals: readonly Goal[]): string[] =>
  goals.map(
    ({ what, goal, figure, verdict }) =>
      `    aim: ${what}: ${goal} (${verdict === 'missed' ? 'MISSED' : verdict}: ${figure})`,
  );
