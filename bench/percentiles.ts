/** Latencies of one series, in milliseconds. */
export interface Percentiles {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** Nearest-rank percentiles: each is a latency that was measured. Throws without samples. */
export const percentilesOf = (latenciesMs: readonly number[]): Percentiles => {
  const sorted = latenciesMs.toSorted((left, right) => left - right);
  const at = (share: number): number => {
    const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    if (found === undefined) throw new RangeError('a percentile needs at least one sample');
    return rounded(found);
  };
  return {
    samples: sorted.length,
    ...{ p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) },
  };
};
