import { dayMs } from '../utc-day.js';

const two = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const some = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** A minus that is as wide as a digit. */
const withMinus = (text: string): string => text.replace('-', '−');

/** An amount with two decimals and without its currency: `1,642.00`. */
export const printAmount = (amount: number): string => withMinus(two.format(amount));

/** A whole number with separators: `1,180`. */
export const printWhole = (amount: number): string => withMinus(whole.format(amount));

/** A number with at most two decimals: `7.65`. */
export const printNumber = (value: number): string => withMinus(some.format(value));

/** A share from 0 to 1 in percent, with one decimal: `12.0 %`. */
export const printShare = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A number and its noun: `1 order`, `7 orders`. */
export const countOf = (count: number, noun: string, plural = `${noun}s`): string =>
  `${printWhole(count)} ${count === 1 ? noun : plural}`;

const monthDays = 30.44;
const yearDays = 365.25;

/** How long something has been known, in the largest unit that says enough: `14 months`. */
export const printAge = (ms: number): string => {
  const days = Math.floor(Math.max(0, ms) / dayMs);
  if (days < 1) return 'today';
  if (days < 2 * monthDays) return countOf(days, 'day');
  if (days < 2 * yearDays) return countOf(Math.floor(days / monthDays), 'month');
  const years = Math.floor(days / yearDays);
  const months = Math.floor((days - years * yearDays) / monthDays);
  return months === 0 ? `${years} years` : `${years} y ${countOf(months, 'month')}`;
};

/** Names in a sentence: `A`, `A and B`, `A, B and C`. */
export const listOf = (names: readonly string[], word = 'and'): string =>
  names.length < 2
    ? (names[0] ?? '')
    : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1) ?? ''}`;
