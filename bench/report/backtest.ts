import type { BacktestBench } from '../backtest/backtest.js';
import type { BacktestRun } from '../backtest/run-backtest.js';
import { aim, cell, row, tenths } from './table.js';

/** The goal for evaluation on stored facts. */
const aimPerSecond = 10_000;

const runRow = (label: string, run: BacktestRun): string =>
  row(
    label,
    ...[run.orders, run.perSecond, run.cpuUsPerOrder].map((n) => cell(n)),
    ...[run.planMs, run.evaluateMs, run.finishMs].map((n) => cell(n)),
    ...[run.loopLateP99Ms, run.loopLateMaxMs].map(tenths),
  );

/** The backtest's speed as text. */
export const backtestLines = (result: BacktestBench): string[] => [
  '  Backtest of the shipped rules, two parts at once, in ms',
  row(
    '',
    ...['orders', 'a second', 'cpu us', 'plan', 'evaluate', 'finish'].map((head) => cell(head)),
    ...['late p99', 'late max'].map((head) => cell(head)),
  ),
  runRow('stored facts', result.stored),
  runRow('  without thread', result.storedWithoutThread),
  runRow('recomputed', result.recomputed),
  aim(`${aimPerSecond} orders a second from stored facts`, result.stored.perSecond >= aimPerSecond),
];
