import type { Machine } from '../machine.js';
import type { Measured } from '../benchmarks.js';
import { answerTimeLines } from './answer-time.js';
import { outageLines } from './outage.js';

/** What is kept of one run of one benchmark under `bench/results`. */
export type Result = Measured & {
  readonly takenAt: string;
  readonly quick: boolean;
  readonly machine: Machine;
};

const linesOf = (measured: Measured): string[] => {
  switch (measured.name) {
    case 'answer-time':
      return answerTimeLines(measured.result);
    case 'outage':
      return outageLines(measured.result);
    default:
      return measured satisfies never;
  }
};

/** The result for people. */
export const reportOf = (whole: Result): string => {
  const { cpus, memoryGb, node, platform, loadBefore } = whole.machine;
  return [
    '',
    `  ${platform}, ${cpus} CPUs, ${memoryGb} GB, Node ${node}, load before ${loadBefore}`,
    `  started in ${(whole.result.startedInMs / 1000).toFixed(1)} s, all on this machine`,
    ...(whole.quick ? ['  QUICK RUN: too short for its figures to mean anything'] : []),
    '',
    ...linesOf(whole),
    '',
    '',
  ].join('\n');
};
