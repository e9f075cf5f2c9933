import { soakGoals } from '../goals.js';
import type { SoakResult } from '../soak/soak.js';
import { goalLines, percentileHeads, percentileRow } from './table.js';

export const soakLines = (result: SoakResult): string[] => {
  const { plan, opened, capacityPerSecond, streamPerSecond, samples } = result;
  const [first, last] = [samples[0], samples.at(-1)];
  return [
    `  ${plan.openReviews} reviews stored in ${opened.storedInSeconds} s, ` +
      `their workflows started in ${opened.startedInSeconds} s ` +
      `(${opened.startedPerSecond} a second)`,
    `  capacity ${capacityPerSecond} orders a second; ` +
      `${streamPerSecond} a second for ${plan.minutes} minutes`,
    `  waiting in review: ${opened.inReview} before, ${result.inReviewAfter} after`,
    `  Temporal's store ${first?.temporalMb} to ${last?.temporalMb} MB, ` +
      `Postgres ${first?.databaseMb} to ${last?.databaseMb} MB`,
    percentileHeads,
    percentileRow('an order', result.answered),
    percentileRow('verdict to OMS', result.verdicts.told),
    percentileRow("a verdict's answer", result.verdicts.answered),
    ...result.looks.map(({ name, times }) => percentileRow(name, times)),
    ...goalLines(soakGoals(result)),
  ];
};
