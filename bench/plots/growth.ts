import type { HistoryResult, HistoryTimes } from '../history/history.js';
import { areaOf, bottomAxis, goalLine, leftAxis, legend } from './chart.js';
import { linearScale } from './scale.js';
import { element, label, picture } from './svg.js';

const height = 360;
const barPx = 42;
const goalTimes = 1.5;
const fields = [
  { field: 'p50Ms', text: 'p50', series: 's1' },
  { field: 'p95Ms', text: 'p95', series: 's3' },
  { field: 'p99Ms', text: 'p99', series: 's2' },
] as const;

const nameOf = ({ stored, databaseGb }: HistoryTimes): string =>
  stored === 0 ? 'none' : `${stored / 1e6} million, ${databaseGb} GB`;

/** The time of scoring an order over more and more stored ones. */
export const plotGrowth = ({ sizes }: HistoryResult): string => {
  const area = areaOf(height);
  const goalMs = (sizes[0]?.score.p99Ms ?? 0) * goalTimes;
  const values = sizes.flatMap(({ score }) => fields.map(({ field }) => score[field]));
  const y = linearScale(Math.max(goalMs, ...values) * 1.1, { from: area.bottom, to: area.top });
  const pitch = (area.right - area.left) / sizes.length;
  const middleOf = (index: number): number => area.left + (index + 0.5) * pitch;
  return picture('Scoring an order, by the number of stored orders', height, [
    ...leftAxis(y, 'milliseconds', area),
    ...bottomAxis(
      sizes.map((size, index) => ({ x: middleOf(index), text: nameOf(size) })),
      'stored orders, size of the database',
      area,
    ),
    ...legend(fields.map(({ text, series }) => ({ text, series, isBox: true }))),
    ...sizes.flatMap(({ score }, index) =>
      fields.flatMap(({ field, series }, bar) => {
        const x = middleOf(index) + (bar - 1.5) * (barPx + 6);
        const top = y.of(score[field]);
        const box = { x, y: top, width: barPx, height: area.bottom - top };
        return [
          element('rect', { ...box, class: `fill ${series}` }),
          label(x + barPx / 2, top - 6, String(score[field]), {
            ...{ anchor: 'middle', kind: 'value' },
          }),
        ];
      }),
    ),
    ...goalLine(y.of(goalMs), `goal: p99 at most ${goalTimes} times that over none`, area, 'left'),
  ]);
};
