import type { Rounds } from '../rules/rounds.js';
import type { RulesResult } from '../rules/rules.js';
import { aim, cell } from './table.js';

const row = (label: string, ...cells: readonly string[]): string =>
  `    ${label.padEnd(36)}${cells.join('')}`;

const rowOf = (label: string, { median, lowest, highest }: Rounds): string =>
  row(label, ...[median, lowest, highest].map((value) => cell(value, 10)));

/** The cost of rules as text, in CPU time of one core. */
export const rulesLines = (result: RulesResult): string[] => [
  `  ${result.rules} rules on ${result.orders} orders, ` +
    `${result.loadMs.rounds.length} rounds; the time of one core`,
  '',
  row('', ...['median', 'lowest', 'highest'].map((head) => cell(head, 10))),
  rowOf('rules on facts, orders/s', result.evaluatedPerSecond),
  aim('at least 50000', result.evaluatedPerSecond.median >= 50_000),
  rowOf('facts and rules, orders/s', result.scoredPerSecond),
  rowOf('the same with history, orders/s', result.scoredWithHistoryPerSecond),
  rowOf(`loading ${result.loadedRules} rules, ms`, result.loadMs),
  aim('at most 100 ms', result.loadMs.median <= 100),
];
