import { historyGoals } from '../goals.js';
import type { HistoryResult } from '../history/history.js';
import { goalLines, percentileHeads, percentileRow } from './table.js';

/** The cost of scoring over more and more stored orders as text. */
export const historyLines = (result: HistoryResult): string[] => [
  '  One order after the other, in ms',
  percentileHeads,
  ...result.sizes.flatMap(({ stored, databaseGb, score, store, p99Ratio }) => [
    percentileRow(`score, over ${stored}`, score),
    percentileRow(`store, over ${stored}`, store),
    `    ${databaseGb} GB; p99 of score ${p99Ratio} times that over none`,
  ]),
  ...goalLines(historyGoals(result)),
];
