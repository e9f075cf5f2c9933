import { isUnmatched } from '../../domain/facts/by-bin.js';
import {
  type HistoryRow,
  usualDays,
  usualLagDays,
  usualOrdersMin,
  type UsualTraffic,
} from '../../domain/history.js';
import { dayMs, hourMs } from './calendar.js';

/** As in the shipped `config/verdict.yaml`. */
const shipped = { auth: { approvedCodes: [0, 100] }, avs: { dialect: 'orbital' } } as const;

/** An order's hour, and whether it was unmatched and a guest's: one number, for memory's sake. */
type Mark = number;
const markOf = (row: HistoryRow): Mark =>
  Math.floor(row.receivedAtMs / hourMs) * 4 +
  (row.account === null ? 2 : 0) +
  (isUnmatched(row, shipped) ? 1 : 0);
const hourOf = (mark: Mark): number => Math.floor(mark / 4);

const mostOf = (values: readonly number[]): number => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(...counts.values());
};

const trafficOf = (marks: readonly Mark[], lastDay: number): UsualTraffic | null => {
  const fromHour = (lastDay + 1 - usualDays) * 24;
  const toHour = (lastDay + 1) * 24;
  const counted = marks.filter((mark) => hourOf(mark) >= fromHour && hourOf(mark) < toHour);
  if (counted.length < usualOrdersMin) return null;
  const hours = counted.map(hourOf);
  return {
    orders: counted.length,
    unmatched: counted.filter((mark) => mark % 2 === 1).length,
    guests: counted.filter((mark) => mark % 4 >= 2).length,
    busiestHour: mostOf(hours),
    busiestDay: mostOf(hours.map((hour) => Math.floor(hour / 24))),
  };
};

/** The usual traffic of BINs, IP addresses and stores, counted as in `db/usual-traffic.ts`. */
export interface UsualTraffics {
  readonly add: (key: string, row: HistoryRow) => void;
  /** As every order of this instant's day sees it. */
  readonly of: (key: string, atMs: number) => UsualTraffic | null;
}

export const createUsualTraffics = (): UsualTraffics => {
  const marksOf = new Map<string, Mark[]>();
  const known = new Map<string, { readonly day: number; readonly traffic: UsualTraffic | null }>();
  return {
    add: (key, row) => {
      const marks = marksOf.get(key);
      if (marks === undefined) marksOf.set(key, [markOf(row)]);
      else marks.push(markOf(row));
    },
    of: (key, atMs) => {
      const marks = marksOf.get(key) ?? [];
      if (marks.length < usualOrdersMin) return null;
      const day = Math.floor(atMs / dayMs) - usualLagDays;
      const before = known.get(key);
      if (before?.day === day) return before.traffic;
      const traffic = trafficOf(marks, day);
      known.set(key, { day, traffic });
      return traffic;
    },
  };
};
