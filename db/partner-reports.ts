import { z } from 'zod';
import { type VotingPartner, votingPartners } from '../contracts/voting-partners.js';
import { PartnerReport } from '../contracts/v1/partners.js';
import { toJson } from './json.js';
import { type Queryable, reached } from './pool.js';
import { parseRow, parseRows } from './rows.js';

/** Null for a report in the format of another release. */
const ReportRow = z.object({
  worker: z.string(),
  partner: z.enum(votingPartners),
  report: z.unknown().transform((stored) => PartnerReport.safeParse(stored).data ?? null),
  reported_at: z.date(),
});

export type ReportRow = z.output<typeof ReportRow> & { readonly report: PartnerReport };

const isReadable = (row: z.output<typeof ReportRow>): row is ReportRow => row.report !== null;

/** Workers' reports since `since`, without unreadable ones: levers must stay usable. */
export const listReports = async (db: Queryable, since: Date): Promise<ReportRow[]> => {
  const { rows } = await reached(
    db.query({
      name: 'list-reports',
      text: `select worker, partner, report, reported_at from partner_reports
        where reported_at >= $1 and partner = any($2::text[]) order by worker, partner`,
      values: [since, votingPartners],
    }),
  );
  return parseRows(ReportRow, rows).filter(isReadable);
};

const LatestRow = z.object({ latest: z.date().nullable() });

/** When any worker last reported; undefined when none has. */
export const findLatestReport = async (db: Queryable): Promise<Date | undefined> => {
  const { rows } = await reached(
    db.query({
      name: 'find-latest-report',
      text: 'select max(reported_at) as latest from partner_reports',
    }),
  );
  return parseRow(LatestRow, rows)?.latest ?? undefined;
};

/** Replaces one worker's reports, and deletes other workers' reports from before `staleBefore`. */
export const replaceReports = async (
  db: Queryable,
  worker: string,
  reports: Readonly<Partial<Record<VotingPartner, PartnerReport>>>,
  times: { readonly reportedAt: Date; readonly staleBefore: Date },
): Promise<void> => {
  await reached(
    db.query({
      name: 'replace-reports',
      text: `with gone as (
          delete from partner_reports where reported_at < $5 and worker <> $1
        )
        insert into partner_reports (worker, partner, report, reported_at)
        select $1, partner, report, $4 from unnest($2::text[], $3::jsonb[]) as said(partner, report)
        on conflict (worker, partner) do update
          set report = excluded.report, reported_at = excluded.reported_at`,
      values: [
        worker,
        Object.keys(reports),
        Object.values(reports).map(toJson),
        times.reportedAt,
        times.staleBefore,
      ],
    }),
  );
};
