import { partTitle } from '../processes.js';
import type { SoakResult } from '../soak/soak.js';
import { areaOf, bottomAxis, leftAxis, legend } from './chart.js';
import { linearScale } from './scale.js';
import { path, picture } from './svg.js';

const height = 360;
const parts = [
  { part: 'worker', series: 's1' },
  { part: 'api', series: 's2' },
  { part: 'temporal', series: 's3' },
  { part: 'postgres', series: 's4' },
  { part: 'simulators', series: 's5' },
  { part: 'supervisor', series: 's6' },
] as const;

/** The memory of each part over the stream. */
export const plotSoak = ({ samples, plan }: SoakResult): string => {
  const area = areaOf(height);
  const values = samples.flatMap(({ pssMb }) => parts.map(({ part }) => pssMb[part] ?? 0));
  const x = linearScale(plan.minutes, { from: area.left, to: area.right }, 6);
  const y = linearScale(Math.max(...values) * 1.05, { from: area.bottom, to: area.top });
  const reviews = plan.openReviews.toLocaleString('en');
  return picture(`Memory beside ${reviews} open reviews`, height, [
    ...leftAxis(y, 'MB (PSS)', area),
    ...bottomAxis(
      x.ticks.map((tick) => ({ x: x.of(tick), text: String(tick) })),
      'minutes of the stream',
      area,
    ),
    ...legend(parts.map(({ part, series }) => ({ text: partTitle(part), series }))),
    ...parts.map(({ part, series }) =>
      path(
        samples.map(
          ({ atSeconds, pssMb }) => [x.of(atSeconds / 60), y.of(pssMb[part] ?? 0)] as const,
        ),
        series,
      ),
    ),
  ]);
};
