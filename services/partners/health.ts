import {
  partnerDeclarations,
  type VotingPartner,
  votingPartners,
} from '../../contracts/voting-partners.js';
import {
  type BreakerState,
  breakerStates,
  type PartnerReport,
  type PartnerState,
} from '../../contracts/v1/partners.js';
import { type LeverRow, listLevers } from '../../db/partner-levers.js';
import { listReports, replaceReports, type ReportRow } from '../../db/partner-reports.js';
import type { Context } from '../context.js';

/** Long enough for operators to inspect a worker that has just ended; readers ignore it at once. */
const keptMs = 3_600_000;

/**
 * Replaces one worker's reports on partners. `worker` identifies the process and must be unique.
 */
export const reportPartners = async (
  { db, now }: Context<'now'>,
  {
    worker,
    reports,
  }: {
    readonly worker: string;
    readonly reports: Readonly<Partial<Record<VotingPartner, PartnerReport>>>;
  },
): Promise<void> => {
  const staleBefore = new Date(now.getTime() - keptMs);
  await replaceReports(db, worker, reports, { reportedAt: now, staleBefore });
};

/** A worker without a report for this long has ended or cannot reach Postgres. */
const liveMs = 15_000;

/** `breakerStates` is ordered from good to bad. */
const worstOf = (states: readonly BreakerState[]): BreakerState | null =>
  breakerStates.findLast((state) => states.includes(state)) ?? null;

/** Latencies of the slowest worker; workers without checks come last. */
const slowestOf = (reports: readonly PartnerReport[]): PartnerReport['latency'] | null =>
  reports
    .map(({ latency }) => latency)
    .toSorted((one, other) => (other.p99Ms ?? -1) - (one.p99Ms ?? -1))[0] ?? null;

const latestHealthOf = (reports: readonly PartnerReport[]): PartnerReport['health'] =>
  reports
    .flatMap(({ health }) => (health === null ? [] : [health]))
    .toSorted((one, other) => other.checkedAt.localeCompare(one.checkedAt))[0] ?? null;

const stateOf = (
  name: VotingPartner,
  configured: boolean,
  lever: LeverRow | undefined,
  rows: readonly ReportRow[],
): PartnerState => {
  const reports = rows.map((row) => row.report);
  return {
    name,
    state: lever?.state ?? 'on',
    reason: lever?.reason ?? null,
    changedBy: lever?.changed_by ?? null,
    changedAt: lever?.changed_at.toISOString() ?? null,
    configured,
    breaker: worstOf(reports.map(({ breaker }) => breaker)),
    latency: slowestOf(reports),
    health: latestHealthOf(reports),
    workers: rows.map(({ worker, report, reported_at: reportedAt }) => ({
      ...report,
      worker,
      reportedAt: reportedAt.toISOString(),
    })),
  };
};

/**
 * Every partner with its lever and the reports of live workers; an optional partner only where it
 * is configured or has a lever. Compares workers' clocks with `now`, so they must agree to within
 * seconds.
 */
export const listPartners = async (
  { db, now }: Context<'now'>,
  query: { readonly configured: readonly VotingPartner[] },
): Promise<PartnerState[]> => {
  const since = new Date(now.getTime() - liveMs);
  const [levers, reports] = await Promise.all([listLevers(db), listReports(db, since)]);
  const isThere = (name: VotingPartner): boolean =>
    !partnerDeclarations[name].isOptional ||
    query.configured.includes(name) ||
    levers.some(({ partner }) => partner === name);
  return votingPartners.filter(isThere).map((name) =>
    stateOf(
      name,
      query.configured.includes(name),
      levers.find(({ partner }) => partner === name),
      reports.filter(({ partner }) => partner === name),
    ),
  );
};
