import type { AnswerTime } from '../answer-time/answer-time.js';
import type { Percentiles } from '../percentiles.js';
import { areaOf, bottomAxis, leftAxis, legend } from './chart.js';
import { linearScale, logScale } from './scale.js';
import { element, label, path, picture, type SeriesClass } from './svg.js';

const height = 380;
const dash = '5 4';

interface Line {
  readonly series: SeriesClass;
  readonly field: 'p50Ms' | 'p95Ms';
  /** Where a value's text stands, seen from its point; null for none. */
  readonly textDy: number | null;
  readonly points: readonly { readonly perSecond: number; readonly ms: number }[];
}

const linesOf = ({ rates }: AnswerTime): Line[] => {
  const sorted = rates.toSorted((one, other) => one.perSecond - other.perSecond);
  const pointsOf = (side: 'floor' | 'verdict', field: 'p50Ms' | 'p95Ms') =>
    sorted.flatMap(({ perSecond, ...rate }) => {
      const percentiles: Percentiles | null = rate[side];
      return percentiles === null ? [] : [{ perSecond, ms: percentiles[field] }];
    });
  return (['verdict', 'floor'] as const).flatMap((side) =>
    (['p50Ms', 'p95Ms'] as const).map((field) => ({
      ...{ field, points: pointsOf(side, field) },
      series: side === 'floor' ? ('floor' as const) : ('s1' as const),
      textDy: field === 'p50Ms' ? 20 : side === 'floor' ? null : -10,
    })),
  );
};

/** Answer time over the rate of orders, beside the bare workflow. */
export const plotAnswerTime = (result: AnswerTime): string => {
  const area = areaOf(height);
  const lines = linesOf(result);
  const { rates } = result;
  const most = Math.max(...rates.map(({ perSecond }) => perSecond));
  const x = linearScale(most * 1.1, { from: area.left, to: area.right });
  const values = lines.flatMap(({ points }) => points.map(({ ms }) => ms));
  const y = logScale([Math.min(...values) * 0.6, Math.max(...values) * 1.2], {
    from: area.bottom,
    to: area.top,
  });
  const refused = rates
    .filter((rate) => rate.refused > 0)
    .map((rate) => {
      const offered = rate.refused + (rate.verdict?.samples ?? 0);
      return `${rate.refused} of ${offered} at ${rate.perSecond}/s`;
    });
  return picture('Answer time by rate of orders', height, [
    ...leftAxis(y, 'milliseconds, logarithmic', area),
    ...bottomAxis(
      rates.map(({ perSecond }) => ({ x: x.of(perSecond), text: String(perSecond) })),
      `orders a second${refused.length > 0 ? `; 503: ${refused.join(', ')}` : ''}`,
      area,
    ),
    ...legend([
      { text: 'POST /transaction p50', series: 's1' },
      { text: 'p95', series: 's1', dash },
      { text: 'bare workflow p50', series: 'floor' },
      { text: 'p95', series: 'floor', dash },
    ]),
    ...lines.flatMap(({ series, field, points, textDy }) => {
      const at = points.map(({ perSecond, ms }) => [x.of(perSecond), y.of(ms)] as const);
      return [
        path(at, series, field === 'p95Ms' ? dash : ''),
        ...at.flatMap(([cx, cy], index) => [
          element('circle', { cx, cy, r: 4, class: `fill ${series}` }),
          ...(textDy === null
            ? []
            : [
                label(cx, cy + textDy, String(Math.round(points[index]?.ms ?? 0)), {
                  ...{ anchor: 'middle', kind: 'value' },
                }),
              ]),
        ]),
      ];
    }),
  ]);
};
