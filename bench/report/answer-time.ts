import type { AnswerTime } from '../answer-time.js';
import { aim, cell, percentileHeads, percentileRow, row, tenths } from './table.js';

/** The goal for the median above the floor. */
const aimMs = 25;

const latencyTable = ({ plan, latency, aboveFloor, p50MsByRound }: AnswerTime): string[] => {
  const rounds = p50MsByRound.verdict.map((value, round) =>
    (value - (p50MsByRound.floor[round] ?? 0)).toFixed(1),
  );
  return [
    `  Answer time at ${plan.perSecond} orders a second, in ms`,
    percentileHeads,
    percentileRow('bare workflow', latency.floor),
    percentileRow('POST /transaction', latency.verdict),
    row('above the floor', tenths(aboveFloor.p50Ms), tenths(aboveFloor.p95Ms)),
    '',
    `    p50 above the floor, round by round: ${rounds.join(', ')}`,
    aim(`at most ${aimMs} ms above`, aboveFloor.p50Ms <= aimMs),
  ];
};

const saturationTable = ({ plan, perSecondSaturated, saturatedRatio }: AnswerTime): string[] => [
  `  Orders a second, ${plan.callers} callers as fast as they can`,
  row('bare workflow', tenths(perSecondSaturated.floor)),
  row('POST /transaction', tenths(perSecondSaturated.verdict)),
  row('share of the floor', cell(saturatedRatio.toFixed(2))),
];

const memoryTable = ({ plan, memory }: AnswerTime): string[] => {
  if (memory.byPart.length === 0) return ['  Memory: this system has no /proc to read it from'];
  return [
    `  Memory ${plan.restSeconds} s after the load, in MB`,
    row('', cell('PSS'), cell('RSS'), cell('processes', 11)),
    ...memory.byPart.map(({ part, processes, rssMb, pssMb }) =>
      row(part, tenths(pssMb), tenths(rssMb), cell(processes, 11)),
    ),
    row('all', tenths(memory.pssMb), tenths(memory.rssMb)),
  ];
};

export const answerTimeLines = (result: AnswerTime): string[] => [
  ...latencyTable(result),
  '',
  ...saturationTable(result),
  '',
  ...memoryTable(result),
];
