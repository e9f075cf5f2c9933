import { build } from 'hdr-histogram-js';

/** Latencies of one series, in milliseconds. */
export interface Percentiles {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Counted in microseconds, of which the histogram keeps five digits. */
const perMs = 1000;

const rounded = (micros: number): number => Math.round((micros / perMs) * 10) / 10;

/** Nearest-rank percentiles, within a tenth of a millisecond. Throws without samples. */
export const percentilesOf = (latenciesMs: readonly number[]): Percentiles => {
  if (latenciesMs.length === 0) throw new RangeError('a percentile needs at least one sample');
  const histogram = build({ numberOfSignificantValueDigits: 5, useWebAssembly: false });
  for (const latencyMs of latenciesMs) histogram.recordValue(Math.round(latencyMs * perMs));
  const at = (percent: number): number => rounded(histogram.getValueAtPercentile(percent));
  return {
    samples: histogram.totalCount,
    ...{ p50Ms: at(50), p95Ms: at(95), p99Ms: at(99), maxMs: rounded(histogram.maxValue) },
  };
};
