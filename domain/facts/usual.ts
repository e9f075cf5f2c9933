import {
  countOrders,
  usualDays,
  type UsualKind,
  type UsualTraffic,
  type Window,
} from '../history.js';
import { beyondLimits, measuring, type Tally } from './tally.js';

const longest = { busiestHour: 'hour', busiestDay: 'day' } as const;

/**
 * The orders of a window in multiples of the busiest such time of four weeks: a carrier, an office
 * or a big bank is busy all day.
 */
export const timesUsual = (
  kind: UsualKind,
  window: Window,
  busiest: keyof UsualTraffic & keyof typeof longest,
  what: string,
): Tally =>
  measuring(
    kind,
    window,
    `Orders ${what} in the last ${longest[busiest]}, divided by those of its busiest ` +
      `${longest[busiest]} in ${usualDays} days, up to the day before yesterday; 1000000000 if ` +
      'it had too few orders to have a usual traffic.',
    (rows, { source }) => {
      const usual = source.history.usual[kind];
      return usual === null ? beyondLimits : countOrders(rows) / usual[busiest];
    },
  );
