import { periodMaxMs } from '../../contracts/v1/trials.js';

/** What a caller asked for. */
export interface AskedPeriod {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** What is left out is filled in: the latest time within the bounds that a report may cover. */
export const reportPeriod = (
  { from, to }: AskedPeriod,
  { since, until }: { readonly since: Date; readonly until: Date },
): { readonly from: Date; readonly to: Date } => {
  if (from !== undefined) {
    const latest = Math.min(until.getTime(), from.getTime() + periodMaxMs);
    return { from, to: to ?? new Date(Math.max(latest, from.getTime())) };
  }
  const end = to ?? until;
  return { from: new Date(Math.max(since.getTime(), end.getTime() - periodMaxMs)), to: end };
};
