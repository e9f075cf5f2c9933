import { recallAt } from '../fit/figures.js';
import type { FitOfSeed, FitResult, HeldOut } from '../fit/fit.js';
import { areaOf, bottomAxis, leftAxis, legend } from './chart.js';
import { linearScale } from './scale.js';
import { path, picture, type SeriesClass } from './svg.js';

const height = 380;
const honestMax = 0.15;

interface Line {
  readonly text: string;
  readonly series: SeriesClass;
  readonly dash: string;
  readonly of: (seed: FitOfSeed) => HeldOut | null | undefined;
}

const fitted =
  (wanted: string) =>
  ({ fits }: FitOfSeed) =>
    fits.find(({ way }) => way === wanted)?.heldOut;

const lines: readonly Line[] = [
  { text: 'rules before', series: 's5', dash: '', of: ({ before }) => before },
  { text: 'rules today', series: 's2', dash: '', of: ({ shipped }) => shipped },
  { text: 'fitted: labels', series: 's3', dash: '', of: fitted('labels') },
  { text: 'labels and verdicts', series: 's1', dash: '', of: fitted('verdicts') },
  { text: 'the whole truth', series: 's4', dash: '5 4', of: fitted('truth') },
];

const shares = Array.from({ length: 28 }, (_, index) => 0.015 + index * 0.005);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** Recall over honest orders flagged on the held-out weeks, as the mean over the seeds. */
export const plotFit = ({ seeds }: FitResult): string => {
  const area = areaOf(height);
  const x = linearScale(honestMax * 100, { from: area.left, to: area.right });
  const y = linearScale(100, { from: area.bottom, to: area.top });
  const drawn = lines.map(({ series, dash, of }) => {
    const sides = seeds.flatMap((seed) => of(seed) ?? []);
    const points = shares.map((share) => {
      const recall = mean(sides.map((side) => recallAt(side.curve, share)));
      return [x.of(share * 100), y.of(recall * 100)] as const;
    });
    return path(points, series, dash);
  });
  return picture('Fraud caught, by honest orders held up, in later weeks', height, [
    ...leftAxis(y, 'third-party fraud flagged, percent', area),
    ...bottomAxis(
      x.ticks.map((tick) => ({ x: x.of(tick), text: String(tick) })),
      'honest orders flagged, percent',
      area,
    ),
    ...legend(
      lines.map(({ text, series, dash }) => ({
        ...{ text, series },
        ...(dash !== '' && { dash }),
      })),
    ),
    ...drawn,
  ]);
};
