import type { HistoryResult } from '../history/history.js';
import { aim, percentileHeads, percentileRow } from './table.js';

/** The cost of scoring with and without stored orders as text. */
export const historyLines = ({ stored, databaseGb, empty, full, p99Ratio }: HistoryResult) => [
  `  One order after the other, milliseconds; ${stored} stored orders are ${databaseGb} GB`,
  percentileHeads,
  percentileRow('score, empty', empty.score),
  percentileRow('score, full', full.score),
  percentileRow('store, empty', empty.store),
  percentileRow('store, full', full.store),
  `    p99 of score, full / empty: ${p99Ratio}`,
  aim('at most 1.5', p99Ratio <= 1.5),
];
