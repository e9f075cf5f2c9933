import { type Allowance, judgeTrend, type Point, type Trend } from './flat.js';
import type { Sample } from './samples.js';

/** One series of samples, and whether it grew. */
export interface JudgedSeries {
  readonly name: string;
  readonly unit: 'MB' | '';
  readonly trend: Trend;
  /** Growth over the judged part that still counts as flat. */
  readonly allowed: number;
}

const memoryAllowance: Allowance = { share: 0.05, least: 10 };
const countAllowance: Allowance = { share: 0.05, least: 5 };

const parts = ['api', 'worker', 'temporal', 'postgres', 'simulators', 'supervisor'] as const;

const pointsOf = (samples: readonly Sample[], pick: (sample: Sample) => number): Point[] =>
  samples.map((sample) => ({ atSeconds: sample.atSeconds, value: pick(sample) }));

const judged = (
  name: string,
  unit: JudgedSeries['unit'],
  points: readonly Point[],
  allowance: Allowance,
): JudgedSeries => {
  const trend = judgeTrend(points, allowance);
  const allowed = Math.max(allowance.least, allowance.share * trend.mean);
  return { name, unit, trend, allowed };
};

/**
 * Memory and open handles of each part, and connections to Postgres. The stores are left out: they
 * keep every order. Empty for samples that are too few to be judged.
 */
export const judgedSeriesOf = (samples: readonly Sample[]): JudgedSeries[] => {
  if (samples.length < samplesMin) return [];
  return [
    ...parts.map((part) =>
      judged(
        `${part}'s memory`,
        'MB',
        pointsOf(samples, ({ pssMb }) => pssMb[part] ?? 0),
        memoryAllowance,
      ),
    ),
    ...parts.map((part) =>
      judged(
        `${part}'s open handles`,
        '',
        pointsOf(samples, ({ handles }) => handles[part] ?? 0),
        countAllowance,
      ),
    ),
    judged(
      'connections to Postgres',
      '',
      pointsOf(samples, ({ connections }) => connections),
      countAllowance,
    ),
  ];
};

/** Two thirds of them are two for each of eight blocks. */
const samplesMin = 26;
