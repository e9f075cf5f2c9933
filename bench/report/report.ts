import type { Machine } from '../machine.js';
import type { Measured } from '../benchmarks.js';
import { answerTimeLines } from './answer-time.js';
import { backtestLines } from './backtest.js';
import { deskLines } from './desk.js';
import { fitLines } from './fit.js';
import { historyLines } from './history.js';
import { importLines } from './import.js';
import { outageLines } from './outage.js';
import { overloadLines } from './overload.js';
import { populationLines } from './population.js';
import { recoveryLines } from './recovery.js';
import { rulesLines } from './rules.js';
import { soakLines } from './soak.js';
import { startLines } from './start.js';
import { stopsLines } from './stops.js';

/** The stored result of one run of one benchmark in `bench/results`. */
export type Result = Measured & {
  readonly takenAt: string;
  readonly quick: boolean;
  readonly machine: Machine;
};

const linesOf = (measured: Measured): string[] => {
  switch (measured.name) {
    case 'answer-time':
      return answerTimeLines(measured.result);
    case 'start':
      return startLines(measured.result);
    case 'outage':
      return outageLines(measured.result);
    case 'overload':
      return overloadLines(measured.result);
    case 'stops':
      return stopsLines(measured.result);
    case 'recovery':
      return recoveryLines(measured.result);
    case 'desk':
      return deskLines(measured.result);
    case 'backtest':
      return backtestLines(measured.result);
    case 'history':
      return historyLines(measured.result);
    case 'import':
      return importLines(measured.result);
    case 'population':
    case 'careful-population':
    case 'second-population':
      return populationLines(measured.result);
    case 'fit':
    case 'fit-second-population':
      return fitLines(measured.result);
    case 'rules':
      return rulesLines(measured.result);
    case 'soak':
      return soakLines(measured.result);
    default:
      return measured satisfies never;
  }
};

/** Without servers there is no start to report. */
const startLine = ({ result }: Result): string[] =>
  'startedInMs' in result
    ? [`  started in ${(result.startedInMs / 1000).toFixed(1)} s, all on this machine`]
    : [];

/** The result as text. */
export const reportOf = (whole: Result): string => {
  const { cpus, memoryGb, node, platform, loadBefore } = whole.machine;
  return [
    '',
    `  ${platform}, ${cpus} CPUs, ${memoryGb} GB, Node ${node}, load before ${loadBefore}`,
    ...startLine(whole),
    ...(whole.quick ? ['  QUICK RUN: too short for its figures to mean anything'] : []),
    '',
    ...linesOf(whole),
    '',
    '',
  ].join('\n');
};
