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

/** The days before this week that a week, or today, is compared with. */
const beforeWeek = (now: Date) =>
  [dayBefore(now, weekDays + baseDays), dayBefore(now, weekDays + 1)] as const;

const signsToday = (days: readonly DriftDay[], now: Date): Sign[] => {
  const today = dayBefore(now, 0);
  const signs = signsOf(between(days, today, today), between(days, ...beforeWeek(now)));
  return signs.filter(isKnownSign);
};

/** The days of a report, and today. */
const readDays = ({ db, now }: Context<'now'>, banner?: Banner): Promise<DriftDay[]> => {
  const [from] = beforeWeek(now);
  const to = dayBefore(now, 0);
  return readDriftDays(db, { from, to, ...(banner !== undefined && { banner }) });
};

/** The report of one banner, or of all together. Throws `TemporarilyUnavailable`. */
export const readDrift = async (
  context: Context<'now'>,
  { banner }: { readonly banner?: Banner | undefined },
): Promise<DriftReport> => {
  const { now } = context;
  const days = await readDays(context, banner);
  const week = [dayBefore(now, weekDays), dayBefore(now, 1)] as const;
  const before = beforeWeek(now);
  const [present, past] = [between(days, ...week), between(days, ...before)];
  return {
    ...{ week, before, weekOrders: present.orders, beforeOrders: past.orders },
    shifts: shiftsOf(present, past).filter(isKnown),
    signs: signsToday(days, now),
  };
};

/** Today's signs of each banner. Throws `TemporarilyUnavailable`. */
export const readSigns = async (
  context: Context<'now'>,
): Promise<(Sign & { readonly banner: Banner })[]> => {
  const days = await readDays(context);
  return banners.flatMap((banner) => {
    const own = days.filter((day) => day.banner === banner);
    return signsToday(own, context.now).map((sign) => ({ ...sign, banner }));
  });
};
