import type { Scale } from './scale.js';
import { element, label, line, type SeriesClass, width } from './svg.js';

/** The area of the data within a plot, in pixels. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Leaves room for title, legend, and the labels of both axes. */
export const areaOf = (height: number): Area => ({
  ...{ left: 74, right: width - 24, top: 76, bottom: height - 52 },
});

/** An axis at the left with lines across. */
export const leftAxis = (scale: Scale, name: string, { left, right, top, bottom }: Area) => [
  ...scale.ticks.flatMap((tick) => [
    line([left, scale.of(tick)], [right, scale.of(tick)], { class: 'grid' }),
    label(left - 8, scale.of(tick) + 4.5, tick.toLocaleString('en'), { anchor: 'end' }),
  ]),
  line([left, bottom], [right, bottom], { class: 'axis' }),
  `<g transform="translate(18 ${(top + bottom) / 2}) rotate(-90)">` +
    `${label(0, 0, name, { anchor: 'middle' })}</g>`,
];

/** The marks and the name of an axis at the bottom. */
export const bottomAxis = (
  marks: readonly { readonly x: number; readonly text: string }[],
  name: string,
  { left, right, bottom }: Area,
): string[] => [
  ...marks.flatMap(({ x, text }) => [
    line([x, bottom], [x, bottom + 5], { class: 'axis' }),
    label(x, bottom + 20, text, { anchor: 'middle' }),
  ]),
  label((left + right) / 2, bottom + 42, name, { anchor: 'middle' }),
];

/** One entry of a legend: a box, or a line in the same dashes as the series. */
export interface LegendEntry {
  readonly text: string;
  readonly series: SeriesClass;
  readonly dash?: string;
  readonly isBox?: boolean;
}

/** Rough width of a letter of the plots' font. */
const letterPx = 7;

/** Entries side by side below the title. */
export const legend = (entries: readonly LegendEntry[], y = 54): string[] => {
  let x = 20;
  return entries.flatMap(({ text, series, dash, isBox }) => {
    const at = x;
    x += 32 + text.length * letterPx + 14;
    const mark = isBox
      ? element('rect', { x: at + 8, y: y - 10, width: 14, height: 12, class: `fill ${series}` })
      : line([at, y - 4], [at + 24, y - 4], {
          ...{ class: `stroke ${series}`, 'stroke-width': '2.5' },
          ...(dash !== undefined && { 'stroke-dasharray': dash }),
        });
    return [mark, label(at + 30, y, text)];
  });
};

/** The dashes of a goal. */
export const goalDash = '6 4';

/** A goal as a dashed line across, with its words above one end of the line. */
export const goalLine = (
  y: number,
  words: string,
  { left, right }: Area,
  side: 'left' | 'right' = 'right',
): string[] => [
  line([left, y], [right, y], { class: 'goal', 'stroke-dasharray': goalDash }),
  side === 'left'
    ? label(left + 6, y - 6, words, { kind: 'goal-text' })
    : label(right, y - 6, words, { anchor: 'end', kind: 'goal-text' }),
];
