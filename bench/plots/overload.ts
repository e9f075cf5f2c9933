import type { Overload } from '../overload/overload.js';
import { areaOf, bottomAxis, goalDash, leftAxis, legend } from './chart.js';
import { linearScale } from './scale.js';
import { line, path, picture } from './svg.js';

const height = 360;
const goalShare = 0.8;
const classes = ['s3', 's1', 's2'] as const;

/** Orders answered in each second of a storm, beside the capacity. */
export const plotOverload = ({ storms, capacityPerSecond, capacityBySecond }: Overload): string => {
  const area = areaOf(height);
  const all = [capacityBySecond, ...storms.map(({ answeredBySecond }) => answeredBySecond)];
  const seconds = Math.max(...all.map(({ length }) => length));
  const x = linearScale(seconds, { from: area.left, to: area.right }, 10);
  const y = linearScale(Math.max(...all.flat()) * 1.05, { from: area.bottom, to: area.top });
  const goalY = y.of(capacityPerSecond * goalShare);
  const pathOf = (counts: readonly number[]) =>
    counts.map((count, second) => [x.of(second + 0.5), y.of(count)] as const);
  const drawn = storms.map((storm, index) => ({ storm, series: classes[index % 3] ?? 's1' }));
  return picture('Orders answered while more come than can be decided', height, [
    ...leftAxis(y, 'answered 200 in each second', area),
    ...bottomAxis(
      x.ticks.map((tick) => ({ x: x.of(tick), text: String(tick) })),
      'seconds since the load began',
      area,
    ),
    ...legend([
      { text: `capacity, ${capacityPerSecond}/s`, series: 'floor', dash: '3 3' },
      { text: `goal: ${goalShare} of it`, series: 'goal', dash: goalDash },
      ...drawn.map(({ storm, series }) => ({
        ...{ series, text: `${storm.load} times it` },
      })),
    ]),
    path(pathOf(capacityBySecond), 'floor', '3 3'),
    line([area.left, goalY], [area.right, goalY], { class: 'goal', 'stroke-dasharray': goalDash }),
    ...drawn.map(({ storm, series }) => path(pathOf(storm.answeredBySecond), series)),
  ]);
};
