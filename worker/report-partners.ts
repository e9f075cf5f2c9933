import type { Pool } from '../db/pool.js';
import type { Controls } from '../contracts/controls.js';
import { type VotingPartner, votingPartners } from '../contracts/voting-partners.js';
import { breakerStates, type PartnerReport } from '../contracts/v1/partners.js';
import type { Logger } from '../runtime/logger.js';
import { createPartnerGauge, type Metrics } from '../runtime/metrics.js';
import { reportPartners } from '../services/partners/health.js';
import { repeat } from './repeat.js';

const pauses = {
  /** How soon operators see a partner's new state. */
  everyMs: 2000,
  /**
   * How often a report is stored although nothing changed. Readers take a worker that has been
   * silent for fifteen seconds for ended, so one may fail.
   */
  unchangedEveryMs: 6000,
};

/** How often a healthy partner's health page is probed. */
const probeEveryMs = 30_000;

/** The part of a partner's client that reports and probes. */
interface Watched {
  readonly report: () => PartnerReport;
  readonly probe: (signal: AbortSignal) => Promise<void>;
  readonly heedLever: (movedAtMs: number | undefined) => void;
}

interface PartnerWatchDeps {
  readonly db: Pool;
  /** Identifies this process; unique among running workers. */
  readonly worker: string;
  readonly partners: Readonly<Partial<Record<VotingPartner, Watched>>>;
  readonly controls: () => Controls;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

type Reports = Partial<Record<VotingPartner, PartnerReport>>;

const show = (gauge: ReturnType<typeof createPartnerGauge>, reports: Reports): void => {
  for (const [partner, { breaker }] of Object.entries(reports)) {
    for (const state of breakerStates) gauge.set({ partner, state }, state === breaker ? 1 : 0);
  }
};

/** Probes at every report while a breaker is not closed, else every half minute. */
const createProbes = ({ partners, signal }: PartnerWatchDeps) => {
  let probedAtMs = Number.NEGATIVE_INFINITY;
  return async (): Promise<void> => {
    const watched = Object.values(partners);
    const isCalm = watched.every((partner) => partner.report().breaker === 'closed');
    if (isCalm && performance.now() - probedAtMs < probeEveryMs) return;
    probedAtMs = performance.now();
    await Promise.all(watched.map((partner) => partner.probe(signal)));
  };
};

/** Stores reports that differ from those stored last, or when those are some seconds old. */
const createStore = ({ db, worker, now }: PartnerWatchDeps, unchangedEveryMs: number) => {
  let stored = '';
  let storedAtMs = 0;
  return async (reports: Reports): Promise<void> => {
    const text = JSON.stringify(reports);
    const atMs = performance.now();
    if (text === stored && atMs - storedAtMs < unchangedEveryMs) return;
    await reportPartners({ db, now: now() }, { worker, reports });
    stored = text;
    storedAtMs = atMs;
  };
};

/**
 * Reports this worker's view of each partner to metrics and Postgres, and probes partners that have
 * a health page, until `signal` aborts. Applies a moved lever even when no order arrives. A report
 * that cannot be stored is repeated at the next turn.
 */
export const watchPartners = (
  deps: PartnerWatchDeps,
  { everyMs, unchangedEveryMs } = pauses,
): Promise<void> => {
  const { partners, controls, metrics, logger, signal } = deps;
  const gauge = createPartnerGauge(metrics.registry);
  const probe = createProbes(deps);
  const store = createStore(deps, unchangedEveryMs);
  const report = async (): Promise<void> => {
    const { leverMovedAtMs } = controls();
    for (const name of votingPartners) partners[name]?.heedLever(leverMovedAtMs.get(name));
    await probe();
    const reports: Reports = Object.fromEntries(
      Object.entries(partners).map(([name, partner]) => [name, partner.report()]),
    );
    show(gauge, reports);
    await store(reports);
  };
  return repeat(report, {
    everyMs,
    signal,
    onFault: (error) =>
      logger.warn({ err: error }, 'the state of the partners could not be reported'),
  });
};
