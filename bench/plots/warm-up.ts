import { firstMaxMs, firstTimesWarm } from '../goals.js';
import type { FirstOrders, Start } from '../start/start.js';
import { areaOf, bottomAxis, goalLine, leftAxis, legend } from './chart.js';
import { linearScale, logScale } from './scale.js';
import { element, label, path, picture, type SeriesClass } from './svg.js';

const height = 380;

type Place = readonly [number, number];

const curve = (places: readonly Place[], series: SeriesClass): string[] => [
  path(places, series),
  ...places.map(([cx, cy]) => element('circle', { cx, cy, r: 2.6, class: `fill ${series}` })),
];

/** The answer time of each of the first orders after a start. */
export const plotWarmUp = (result: Start): string => {
  const { afterStart, afterWorkerRestart, warm, plan } = result;
  const area = areaOf(height);
  const all = [afterStart, afterWorkerRestart].flatMap(({ latenciesMs }) => latenciesMs);
  const limitMs = warm.p95Ms * firstTimesWarm;
  const x = linearScale(plan.orders, { from: area.left, to: area.right }, 6);
  const y = logScale([...all.flatMap((ms) => ms ?? []), limitMs, firstMaxMs * 1.3], {
    ...{ from: area.bottom, to: area.top },
  });
  const placesOf = ({ latenciesMs }: FirstOrders): Place[] =>
    latenciesMs.flatMap((ms, index) => (ms === null ? [] : [[x.of(index + 1), y.of(ms)]]));
  const refusals = (first: FirstOrders, series: SeriesClass): string[] =>
    first.latenciesMs.flatMap((ms, index) =>
      ms === null
        ? [label(x.of(index + 1), area.top + 4, '×', { anchor: 'middle', kind: `fill ${series}` })]
        : [],
    );
  return picture(`The first ${plan.orders} orders after a start`, height, [
    ...leftAxis(y, 'milliseconds, logarithmic', area),
    ...bottomAxis(
      x.ticks.map((tick) => ({ x: x.of(tick), text: String(tick) })),
      `order, ${plan.perSecond} a second; × is a 503`,
      area,
    ),
    ...legend([
      { text: 'after npm start', series: 's1' },
      { text: "after a worker's restart", series: 's2' },
    ]),
    ...curve(placesOf(afterStart), 's1'),
    ...curve(placesOf(afterWorkerRestart), 's2'),
    ...refusals(afterStart, 's1'),
    ...refusals(afterWorkerRestart, 's2'),
    ...goalLine(y.of(firstMaxMs), `goal: none above ${firstMaxMs} ms`, area),
    ...goalLine(
      y.of(limitMs),
      `goal: p95 at most twice the warm p95, ${Math.round(limitMs)} ms`,
      area,
    ),
  ]);
};
