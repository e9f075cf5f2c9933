import { dayMs } from './utc-day.js';

const clocks = new Map<string, Intl.DateTimeFormat>();

/** One formatter a zone: making one costs more than a hundred uses. */
const clockOf = (zone: string): Intl.DateTimeFormat => {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  clocks.set(zone, made);
  return made;
};

/** What the clocks of a zone show at an instant, as if it were UTC; whole seconds. */
const shownAt = (zone: string, epochMs: number): number => {
  const parts = clockOf(zone).formatToParts(epochMs);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(
    ...([of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')] as const),
  );
};

/**
 * The instant at which the clocks of an IANA time zone show `shown`, given as if it were UTC. Where
 * they skip it, the instant at which they do; where they show it twice, the first one.
 */
export const instantOf = (shown: number, zone: string): Date => {
  const offsetAt = (epochMs: number): number => shownAt(zone, epochMs) - epochMs;
  const found = [shown - dayMs, shown + dayMs].map((near) => shown - offsetAt(near));
  const [early = shown] = found;
  return new Date(found.find((at) => shownAt(zone, at) === shown) ?? early);
};

/**
 * The instant of a local time such as `2026-11-30T14:30` in an IANA time zone; undefined for a text
 * that is none. Of a time that clocks skip, the instant that their old offset gives; of one that
 * they show twice, the first.
 */
export const zonedInstant = (local: string, zone: string): Date | undefined => {
  const shownMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) ? Date.parse(`${local}Z`) : NaN;
  return Number.isNaN(shownMs) ? undefined : instantOf(shownMs, zone);
};

/** An instant as a local time of a zone, to the minute: `2026-11-30T14:30`. */
export const zonedMinute = (at: Date, zone: string): string =>
  new Date(shownAt(zone, at.getTime())).toISOString().slice(0, 16);

/** The instant at which a day begins in a time zone: the day of `at`, or one `daysBefore` it. */
export const dayStart = (at: Date, zone: string, daysBefore = 0): Date => {
  const today = Math.floor(shownAt(zone, at.getTime()) / dayMs) * dayMs;
  return instantOf(today - daysBefore * dayMs, zone);
};
