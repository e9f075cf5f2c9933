import { soakGoals } from '../goals.js';
import type { SoakResult } from '../soak/soak.js';
import { goalTable, percentileCells, table } from './table.js';

const grown = (from: number | undefined, to: number | undefined): string =>
  `${from ?? 0} to ${to ?? 0} MB`;

/** What was run, what was found, and each goal beside its figure. */
export const soakTables = (result: SoakResult): string => {
  const { plan, opened, samples, answered, verdicts } = result;
  const refused = result.minutes.reduce((sum, minute) => sum + minute.refused, 0);
  const [first, last] = [samples[0], samples.at(-1)];
  return [
    table([
      ['the run', ''],
      ['open reviews before and after', `${opened.inReview} and ${result.inReviewAfter}`],
      ['workflows started a second', opened.startedPerSecond],
      ['capacity beside them, orders a second', result.capacityPerSecond],
      ['stream, orders a second', result.streamPerSecond],
      ['minutes of the stream', plan.minutes],
      ['orders answered, and with 503', `${answered.samples} and ${refused}`],
      ["Temporal's store", grown(first?.temporalMb, last?.temporalMb)],
      ['database', grown(first?.databaseMb, last?.databaseMb)],
    ]),
    '',
    table([
      ['ms', 'p50', 'p95', 'p99', 'max'],
      ['an order', ...percentileCells(answered)],
      ["a verdict's answer", ...percentileCells(verdicts.answered)],
      ['a verdict until OMS has settled the order', ...percentileCells(verdicts.told)],
      ...result.looks.map(({ name, times }) => [name, ...percentileCells(times)]),
    ]),
    '',
    goalTable(soakGoals(result)),
  ].join('\n');
};
