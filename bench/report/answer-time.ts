import type { AnswerTime } from '../answer-time/answer-time.js';
import type { RateResult } from '../answer-time/rates.js';
import { answerTimeGoals } from '../goals.js';
import { type PartTimes, totalOf } from '../processor-time.js';
import { atRestLines } from './at-rest.js';
import { cell, goalLines, percentileHeads, percentileRow, row, tenths } from './table.js';

const rateLines = ({ perSecond, floor, verdict, refused, p50MsByRound }: RateResult): string[] => {
  const rounds = p50MsByRound.verdict.map((value, round) =>
    (value - (p50MsByRound.floor[round] ?? 0)).toFixed(1),
  );
  return [
    row(`${perSecond} a second`),
    percentileRow('  bare workflow', floor),
    percentileRow('  POST /transaction', verdict),
    row('  p50 above, by round', ` ${rounds.join(', ')}`),
    ...(refused > 0 ? [row('  answered 503', cell(refused))] : []),
  ];
};

const processorRow = (label: string, times: PartTimes): string => {
  const parts = Object.entries(times).filter(([, ms]) => ms >= 0.05);
  const texts = parts.map(([part, ms]) => `${part} ${ms.toFixed(1)}`);
  return row(label, tenths(totalOf(times)), `  ${texts.join(', ')}`);
};

const processorLines = ({ plan, rates, saturation }: AnswerTime): string[] => [
  '  Processor time a request, in ms',
  ...rates.flatMap(({ perSecond, processorMs }) => [
    processorRow(`bare, ${perSecond} a second`, processorMs.floor),
    processorRow(`order, ${perSecond} a second`, processorMs.verdict),
  ]),
  processorRow(`bare, ${plan.callers} callers`, saturation.processorMs.floor),
  processorRow(`order, ${plan.callers} callers`, saturation.processorMs.verdict),
];

/** The cost of an order as text. */
export const answerTimeLines = (result: AnswerTime): string[] => {
  const { plan, saturation, duplicates, order, atRest } = result;
  return [
    '  Answer time, in ms',
    percentileHeads,
    ...result.rates.flatMap(rateLines),
    percentileRow('repeated orders', duplicates),
    '',
    `  Requests a second, ${plan.callers} callers as fast as they can`,
    row('bare workflow', tenths(saturation.perSecond.floor)),
    row('POST /transaction', tenths(saturation.perSecond.verdict)),
    row('share of the floor', cell(saturation.ratio.toFixed(2))),
    '',
    ...processorLines(result),
    '',
    `  An accepted order: ${order.events} events, ${order.workflowTasks} workflow tasks, ` +
      `${order.statements} statements (${order.statementsASecondAtRest} a second at rest)`,
    '',
    ...atRestLines(`At rest after the load, over ${plan.rest.seconds} s`, atRest),
    '',
    ...goalLines(answerTimeGoals(result)),
  ];
};
