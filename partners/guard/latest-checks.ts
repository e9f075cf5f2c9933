import type { PartnerReport } from '../../contracts/v1/partners.js';

/** The number of checks that the figures of a report cover. */
const checksMax = 200;

interface Check {
  readonly tookMs: number;
  readonly isFailed: boolean;
}

/** The latest checks that reached the partner. */
export interface LatestChecks {
  /** Runs a check and records its duration and whether it threw. */
  readonly timed: <T>(ask: () => Promise<T>) => Promise<T>;
  readonly report: () => Pick<PartnerReport, 'latency' | 'faultShare'>;
}

/** The nearest-rank percentile: the smallest value that at least `share` of all do not exceed. */
const percentile = (ascending: readonly number[], share: number): number | null =>
  ascending[Math.ceil(ascending.length * share) - 1] ?? null;

export const createLatestChecks = (): LatestChecks => {
  const checks: Check[] = [];
  const add = (check: Check): void => {
    checks.push(check);
    if (checks.length > checksMax) checks.shift();
  };
  return {
    timed: async (ask) => {
      const startedAtMs = performance.now();
      const elapsedMs = () => Math.round(performance.now() - startedAtMs);
      try {
        const value = await ask();
        add({ tookMs: elapsedMs(), isFailed: false });
        return value;
      } catch (error) {
        add({ tookMs: elapsedMs(), isFailed: true });
        throw error;
      }
    },
    report: () => {
      const times = checks.map(({ tookMs }) => tookMs).toSorted((one, other) => one - other);
      const failed = checks.filter(({ isFailed }) => isFailed).length;
      return {
        latency: {
          checks: checks.length,
          p50Ms: percentile(times, 0.5),
          p95Ms: percentile(times, 0.95),
          p99Ms: percentile(times, 0.99),
        },
        faultShare: checks.length === 0 ? null : failed / checks.length,
      };
    },
  };
};
