import type { AnswerTime } from '../answer-time/answer-time.js';
import { goalRate } from '../goals.js';
import { type PartTimes, totalOf } from '../processor-time.js';
import { partTitle } from '../processes.js';
import { bottomAxis, legend } from './chart.js';
import { linearScale } from './scale.js';
import { element, label, line, picture, type SeriesClass, width } from './svg.js';

const barHeight = 34;
const barPitch = 52;
const area = { left: 176, right: width - 64, top: 84, bottom: 84 + 4 * barPitch };
const height = area.bottom + 52;

/** Parts with a colour of their own; what is left counts as `other`. */
const shown: readonly (readonly [part: string, series: SeriesClass])[] = [
  ...([
    ['worker', 's1'],
    ['temporal', 's2'],
    ['postgres', 's3'],
    ['api', 's4'],
    ['simulators', 's5'],
    ['bare worker', 'floor'],
  ] as const),
];

const segmentsOf = (times: PartTimes) => {
  const named = shown.map(([part, series]) => ({ series, ms: Math.max(0, times[part] ?? 0) }));
  const rest = totalOf(times) - named.reduce((sum, { ms }) => sum + ms, 0);
  return [...named, { series: 's6' as const, ms: Math.max(0, rest) }];
};

/** Narrower segments have no room for their figure. */
const roomPx = 26;

const bar = (name: string, times: PartTimes, top: number, xOf: (ms: number) => number) => {
  let before = 0;
  const middle = top + barHeight / 2 + 4.5;
  const segments = segmentsOf(times).flatMap(({ series, ms }) => {
    const from = xOf(before);
    before += ms;
    const wide = xOf(before) - from;
    const box = { x: from, y: top, width: wide, height: barHeight, class: `fill ${series}` };
    if (wide < 0.1) return [];
    return wide < roomPx
      ? [element('rect', box)]
      : [
          element('rect', box),
          label(from + wide / 2, middle, ms.toFixed(ms < 10 ? 1 : 0), {
            ...{ anchor: 'middle', kind: 'inside' },
          }),
        ];
  });
  return [
    label(area.left - 10, middle, name, { anchor: 'end', kind: 'value' }),
    ...segments,
    label(xOf(before) + 8, middle, totalOf(times).toFixed(0), { kind: 'value' }),
  ];
};

/** The processor time of an order by process, beside that of a bare workflow. */
export const plotProcessorTime = (result: AnswerTime): string => {
  const { saturation, plan } = result;
  const rate = goalRate(result);
  const bars = [
    [`order, ${rate.perSecond} a second`, rate.processorMs.verdict],
    [`bare, ${rate.perSecond} a second`, rate.processorMs.floor],
    [`order, ${plan.callers} callers`, saturation.processorMs.verdict],
    [`bare, ${plan.callers} callers`, saturation.processorMs.floor],
  ] as const;
  const most = Math.max(...bars.map(([, times]) => totalOf(times)));
  const x = linearScale(most, { from: area.left, to: area.right }, 6);
  return picture('Processor time of an order, by process', height, [
    ...x.ticks.map((tick) =>
      line([x.of(tick), area.top - 8], [x.of(tick), area.bottom], { class: 'grid' }),
    ),
    ...bottomAxis(
      x.ticks.map((tick) => ({ x: x.of(tick), text: String(tick) })),
      'milliseconds of one core, all processes',
      area,
    ),
    ...legend([
      ...shown.map(([part, series]) => ({ text: partTitle(part), series, isBox: true })),
      { text: 'other', series: 's6', isBox: true },
    ]),
    ...bars.flatMap(([name, times], index) => bar(name, times, area.top + index * barPitch, x.of)),
  ]);
};
