import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import { type DriftDay, readDriftDays } from '../../db/drift-days.js';
import { type Period, periodOf, type Shift, shiftsOf } from '../../domain/drift/shift.js';
import { type Sign, signsOf } from '../../domain/drift/signs.js';
import { factSpecOf } from '../../domain/facts/catalogue.js';
import type { Context } from '../context.js';
import { baseDays, dayBefore, weekDays } from './periods.js';

/** How a week's decisions differ from those of the four weeks before. Days are in UTC. */
export interface DriftReport {
  /** The first and the last day of the week, and of the weeks before it. */
  readonly week: readonly [string, string];
  readonly before: readonly [string, string];
  readonly weekOrders: number;
  readonly beforeOrders: number;
  readonly shifts: readonly Shift[];
  /** What today's decisions so far show, against the four weeks before this one. */
  readonly signs: readonly Sign[];
}

const between = (days: readonly DriftDay[], from: string, to: string): Period =>
  periodOf(days.filter(({ day }) => day >= from && day <= to));

/** An earlier version's fact that no longer exists has not fallen silent. */
const isKnown = ({ kind, name }: Pick<Shift, 'kind' | 'name'>): boolean =>
  kind !== 'fact' || factSpecOf(name) !== undefined;

const isKnownSign = ({ sign, name }: Sign): boolean =>
  sign !== 'fact_silent' || factSpecOf(name) !== undefined;

const reportOf = (days: readonly DriftDay[], now: Date): DriftReport => {
  const week = [dayBefore(now, weekDays), dayBefore(now, 1)] as const;
  const before = [dayBefore(now, weekDays + baseDays), dayBefore(now, weekDays + 1)] as const;
  const present = between(days, ...week);
  const past = between(days, ...before);
  const today = between(days, dayBefore(now, 0), dayBefore(now, 0));
  return {
    ...{ week, before, weekOrders: present.orders, beforeOrders: past.orders },
    shifts: shiftsOf(present, past).filter(isKnown),
    signs: signsOf(today, past).filter(isKnownSign),
  };
};

/** The report of one banner, or of all together. Throws `TemporarilyUnavailable`. */
export const readDrift = async (
  { db, now }: Context<'now'>,
  { banner }: { readonly banner?: Banner | undefined },
): Promise<DriftReport> => {
  const [from, to] = [dayBefore(now, weekDays + baseDays), dayBefore(now, 0)];
  const days = await readDriftDays(db, { from, to, ...(banner !== undefined && { banner }) });
  return reportOf(days, now);
};

/** Today's signs of each banner. Throws `TemporarilyUnavailable`. */
export const readSigns = async ({
  db,
  now,
}: Context<'now'>): Promise<(Sign & { readonly banner: Banner })[]> => {
  const [from, to] = [dayBefore(now, weekDays + baseDays), dayBefore(now, 0)];
  const days = await readDriftDays(db, { from, to });
  return banners.flatMap((banner) =>
    reportOf(
      days.filter((day) => day.banner === banner),
      now,
    ).signs.map((sign) => ({ ...sign, banner })),
  );
};
