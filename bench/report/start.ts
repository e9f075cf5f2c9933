import { startGoals } from '../goals.js';
import type { FirstOrders, Start } from '../start/start.js';
import { atRestLines } from './at-rest.js';
import { cell, goalLines, percentileHeads, percentileRow, row, tenths } from './table.js';

const firstRow = (label: string, { latenciesMs: [first] }: FirstOrders): string =>
  row(label, first === null || first === undefined ? cell('503') : tenths(first));

const seconds = (ms: number): string => tenths(ms / 1000);

/** A start, its first orders and the fresh installation as text. */
export const startLines = (result: Start): string[] => [
  '  Seconds until ready',
  row('in a new folder', seconds(result.startedInMs)),
  row('in a used folder', seconds(result.startedAgainInMs)),
  row('worker restart', seconds(result.workerRestartedInMs)),
  '',
  `  The first ${result.plan.orders} orders at ${result.plan.perSecond} a second, in ms`,
  percentileHeads,
  percentileRow('after a start', result.afterStart.answered),
  percentileRow('after a restart', result.afterWorkerRestart.answered),
  percentileRow('warm', result.warm),
  firstRow('very first, start', result.afterStart),
  firstRow('very first, restart', result.afterWorkerRestart),
  '',
  ...atRestLines(`Fresh, over ${result.plan.rest.seconds} s`, result.atRest),
  '',
  ...goalLines(startGoals(result)),
];
