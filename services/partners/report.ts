import type { VotingPartner } from '../../contracts/policy.js';
import type { PartnerReport } from '../../contracts/v1/partners.js';
import { replaceReports } from '../../db/partner-reports.js';
import type { Queryable } from '../../db/pool.js';

/** Long enough to look at a worker that has just ended, by hand; readers leave it out at once. */
const keptMs = 3_600_000;

/**
 * Stores what one worker says of each partner in place of what it said before. `worker` names the
 * process; no two that run may share a name. Throws `TemporarilyUnavailable`.
 */
export const reportPartners = async (
  db: Queryable,
  {
    worker,
    reports,
    now,
  }: {
    readonly worker: string;
    readonly reports: Readonly<Partial<Record<VotingPartner, PartnerReport>>>;
    readonly now: Date;
  },
): Promise<void> => {
  const staleBefore = new Date(now.getTime() - keptMs);
  await replaceReports(db, worker, reports, { reportedAt: now, staleBefore });
};
