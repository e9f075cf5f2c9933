import { dayMs } from '../../domain/utc-day.js';

/** The week that is compared, up to yesterday. */
export const weekDays = 7;

/** The four weeks before it. */
export const baseDays = 28;

/** The UTC day so many days before an instant's own, as `YYYY-MM-DD`. */
export const dayBefore = (now: Date, days: number): string =>
  new Date(now.getTime() - days * dayMs).toISOString().slice(0, 10);
