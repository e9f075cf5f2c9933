import { type Banner, banners } from '../../contracts/hbc/transaction.js';
import {
  type BannerDay,
  deleteDriftDays,
  findFirstDecidedDay,
  listClosedDays,
  readCountedDecisions,
  sampleDecisions,
  storeDriftDay,
} from '../../db/drift-days.js';
import { createCounter, type DayCounts } from '../../domain/drift/series.js';
import type { Context } from '../context.js';
import { baseDays, dayBefore, weekDays } from './periods.js';

/**
 * Decisions that are counted of a day and banner. Shares of five thousand are right to about one
 * in a hundred, whatever the volume, so a large shop pays no more for this than a small one.
 */
const defaultSampleMax = 5000;

/** Parsing a decision takes some tenth of a millisecond; orders are answered in between. */
const pageSize = 50;

interface Counting {
  /** Called every fifty decisions. It may throw, which ends the count early. */
  readonly onPage: () => void;
  /** Of more decisions of a banner and day, so many are counted. */
  readonly sampleMax?: number;
}

const countDay = async (
  { db }: Context,
  day: BannerDay,
  { onPage, sampleMax = defaultSampleMax }: Counting,
): Promise<DayCounts> => {
  const counter = createCounter();
  const ids = await sampleDecisions(db, day, sampleMax);
  for (let from = 0; from < ids.length; from += pageSize) {
    onPage();
    const page = await readCountedDecisions(db, ids.slice(from, from + pageSize));
    for (const decision of page) counter.add(decision);
  }
  return counter.counts();
};

/** The days that are kept, today first. */
const keptDays = (now: Date): string[] =>
  Array.from({ length: 1 + weekDays + baseDays }, (_, before) => dayBefore(now, before));

/**
 * Counts today so far, and each earlier day of the last five weeks that has not been counted since
 * it was over. Days before the first decision are left out. Deletes older counts. May run twice,
 * also concurrently. Throws `TemporarilyUnavailable`, and what `onPage` throws.
 */
export const countDriftDays = async (
  context: Context<'now'>,
  counting: Counting,
): Promise<{ readonly days: number }> => {
  const { db, now } = context;
  const days = keptDays(now);
  const [today = '', oldest = today] = [days[0], days.at(-1)];
  const closed = new Set(
    (await listClosedDays(db, oldest)).map(({ banner, day }) => `${banner} ${day}`),
  );
  const first = await findFirstDecidedDay(db, oldest);
  const isDue = (banner: Banner, day: string): boolean =>
    first !== undefined && day >= first && !closed.has(`${banner} ${day}`);
  const due = days.flatMap((day) =>
    banners.flatMap((banner) => (isDue(banner, day) ? [{ banner, day }] : [])),
  );
  for (const one of due) {
    const counts = await countDay(context, one, counting);
    await storeDriftDay(db, one, { ...counts, at: now, isOver: one.day !== today });
  }
  await deleteDriftDays(db, oldest);
  return { days: due.length };
};
