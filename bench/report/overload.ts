import type { Beside } from '../overload/beside.js';
import type { Overload } from '../overload/overload.js';
import { aim, cell, percentileHeads, percentileRow, row, tenths } from './table.js';

/** An accepted order is answered within the partners' default budget. */
const answeredAimMs = 1500;
const refusedAimMs = 50;
/** In the first seconds the admission limit adapts. */
const findingSeconds = 3;
const goodputAim = 0.8;
const calmAimSeconds = 5;

const besideRows = (beside: Beside): string[] =>
  Object.entries(beside).map(([name, { calls, answered200, maxMs }]) =>
    row(name, cell(`${answered200}/${calls}`), ` answered 200, ${maxMs.toFixed(1)} ms at most`),
  );

/** The share of a rate that the worst second had. */
const leastShare = (bySecond: readonly number[], perSecond: number): number =>
  Math.round((Math.min(...bySecond) / perSecond) * 100) / 100;

const stormTable = (storm: Overload['storms'][number]): string[] => {
  const { taken, refused, answeredBySecond, calmAfterSeconds, comparedTo } = storm;
  const found = answeredBySecond.slice(findingSeconds);
  const share = leastShare(found, comparedTo);
  return [
    `  ${storm.load} times the capacity: ${storm.offered} orders at ${storm.perSecond} a second`,
    percentileHeads,
    percentileRow('answered 200', taken),
    percentileRow('answered 503', refused),
    `    answered 200 in each second: ${answeredBySecond.join(' ')}`,
    row('least after the 3rd', cell(Math.min(...found)), `, ${share} of ${comparedTo} a second`),
    row('503, no Retry-After', cell(storm.withoutRetryAfter)),
    row('other answers', cell(storm.others)),
    ...besideRows(storm.beside),
    row('calm after', calmAfterSeconds === null ? cell('never') : tenths(calmAfterSeconds), ' s'),
    aim(`at least ${goodputAim} of the capacity in each second`, share >= goodputAim),
    aim(`p99 of 200 at most ${answeredAimMs} ms`, taken !== null && taken.p99Ms <= answeredAimMs),
    aim(`p95 of 503 at most ${refusedAimMs} ms`, refused === null || refused.p95Ms <= refusedAimMs),
    aim(
      `calm within ${calmAimSeconds} s`,
      calmAfterSeconds !== null && calmAfterSeconds <= calmAimSeconds,
    ),
  ];
};

type Capacity = Pick<Overload, 'capacityPerSecond' | 'capacityBySecond'>;

const capacityLines = ({ capacityPerSecond, capacityBySecond }: Capacity): string[] => [
  `    ${capacityPerSecond} orders a second, ` +
    `${leastShare(capacityBySecond, capacityPerSecond)} of that in the worst second`,
  `    answered 200 in each second: ${capacityBySecond.join(' ')}`,
];

export const overloadLines = ({ plan, storms, ...first }: Overload): string[] => [
  `  Capacity with ${plan.callers} callers, before the first storm and after each; times in ms`,
  ...capacityLines(first),
  ...storms.flatMap((storm) => [
    '',
    ...stormTable(storm),
    '  Capacity after it',
    ...capacityLines(storm.after),
  ]),
];
