import type { AnswerTime } from './answer-time.js';
import type { Machine } from './machine.js';

/** What is kept of one run under `bench/results`. */
export interface Result {
  readonly name: 'answer-time';
  readonly takenAt: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly result: AnswerTime;
}

/** The aim for the median above the floor. */
const aimMs = 25;

const cell = (value: number | string, width = 9): string => String(value).padStart(width);
const ms = (value: number): string => cell(value.toFixed(1));

const heads = ['p50', 'p95', 'p99', 'max', 'samples'];

const latencyTable = ({ plan, latency, aboveFloor, p50MsByRound }: AnswerTime): string[] => {
  const row = (label: string, from: AnswerTime['latency']['floor']) =>
    `    ${label.padEnd(20)}${ms(from.p50Ms)}${ms(from.p95Ms)}${ms(from.p99Ms)}${ms(from.maxMs)}` +
    cell(from.samples);
  const rounds = p50MsByRound.verdict.map((value, round) =>
    (value - (p50MsByRound.floor[round] ?? 0)).toFixed(1),
  );
  return [
    `  Answer time at ${plan.perSecond} orders a second, in ms`,
    `    ${''.padEnd(20)}${heads.map((head) => cell(head)).join('')}`,
    row('bare workflow', latency.floor),
    row('POST /transaction', latency.verdict),
    `    ${'above the floor'.padEnd(20)}${ms(aboveFloor.p50Ms)}${ms(aboveFloor.p95Ms)}`,
    '',
    `    p50 above the floor, round by round: ${rounds.join(', ')}`,
    `    aim: at most ${aimMs} ms above ${aboveFloor.p50Ms <= aimMs ? '(met)' : '(MISSED)'}`,
  ];
};

const saturationTable = ({ plan, perSecondSaturated, saturatedRatio }: AnswerTime): string[] => [
  `  Orders a second, ${plan.callers} callers as fast as they can`,
  `    ${'bare workflow'.padEnd(20)}${ms(perSecondSaturated.floor)}`,
  `    ${'POST /transaction'.padEnd(20)}${ms(perSecondSaturated.verdict)}`,
  `    ${'share of the floor'.padEnd(20)}${cell(saturatedRatio.toFixed(2))}`,
];

const memoryTable = ({ plan, memory }: AnswerTime): string[] => {
  if (memory.byPart.length === 0) return ['  Memory: this system has no /proc to read it from'];
  const rows = memory.byPart.map(
    ({ part, processes, rssMb, pssMb }) =>
      `    ${part.padEnd(20)}${ms(pssMb)}${ms(rssMb)}${cell(processes, 11)}`,
  );
  return [
    `  Memory ${plan.restSeconds} s after the load, in MB`,
    `    ${''.padEnd(20)}${cell('PSS')}${cell('RSS')}${cell('processes', 11)}`,
    ...rows,
    `    ${'all'.padEnd(20)}${ms(memory.pssMb)}${ms(memory.rssMb)}`,
  ];
};

/** The result for people. */
export const reportOf = ({ machine, quick, result }: Result): string => {
  const { cpus, memoryGb, node, platform, loadBefore } = machine;
  return [
    '',
    `  ${platform}, ${cpus} CPUs, ${memoryGb} GB, Node ${node}, load before ${loadBefore}`,
    `  started in ${(result.startedInMs / 1000).toFixed(1)} s, all on this machine`,
    ...(quick ? ['  QUICK RUN: too short for its figures to mean anything'] : []),
    '',
    ...latencyTable(result),
    '',
    ...saturationTable(result),
    '',
    ...memoryTable(result),
    '',
    '',
  ].join('\n');
};
