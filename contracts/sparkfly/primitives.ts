import { z } from 'zod';
import { primitive } from '../faults.js';
import { numberInQuery } from '../query-number.js';
import { isRealDay } from '../real-day.js';
import { refuse } from '../refusal.js';

/** A whole JSON number within bounds; numeric text is rejected. */
export const wholeNumber = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  primitive({ type: 'integer', minimum: min, maximum: max }, (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      return refuse('invalid_type', 'must be an integer');
    }
    if (value < min) return refuse('invalid_value', `must be at least ${min}`);
    return value > max ? refuse('invalid_value', `must be at most ${max}`) : value;
  });

export const yesOrNo = primitive({ type: 'boolean' }, (value) =>
  typeof value === 'boolean' ? value : refuse('invalid_type', 'must be a boolean'),
);

/** One of the given texts, in exactly this spelling. */
export const exactly = <const V extends readonly string[]>(values: V) =>
  primitive({ type: 'string', enum: [...values] }, (value) => {
    if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
    const found = values.find((member) => member === value) as V[number] | undefined;
    return found ?? refuse('invalid_enum', `must be one of: ${values.join(', ')}`);
  });

const day = String.raw`(\d{4}-\d{2}-\d{2})`;
const time = String.raw`([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(\.\d{1,9})?`;
const zone = String.raw`([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
const rfc3339 = new RegExp(`^${day}[Tt ]${time}${zone}$`);

/** A leap second is read as the second after it, because no system clock has it. */
const millisecondsOf = (parts: RegExpExecArray): number => {
  const [, date, hour, minute, second, fraction = '', offset = 'Z'] = parts;
  const isLeap = second === '60';
  const text = `${date}T${hour}:${minute}:${isLeap ? '59' : second}${fraction.slice(0, 4)}`;
  return new Date(`${text}${offset.toUpperCase()}`).getTime() + (isLeap ? 1000 : 0);
};

/** The end of the last year that RFC 3339 can write, in UTC. */
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const readInstant = (value: unknown) => {
  if (typeof value !== 'string') return refuse('invalid_type', 'must be a string');
  const parts = rfc3339.exec(value);
  if (parts === null || !isRealDay(parts[1] ?? '')) {
    return refuse('invalid_date', 'must be a date-time as of RFC 3339, with seconds and zone');
  }
  const at = millisecondsOf(parts);
  if (at < 0) return refuse('invalid_date', 'must not lie before 1970');
  return at > lastMs ? refuse('invalid_value', 'must not lie after 9999') : at;
};

/** An RFC 3339 date-time, 1970 to 9999 in UTC, to the millisecond; finer digits are cut off. */
export const instant = primitive({ type: 'string', format: 'date-time' }, readInstant).transform(
  (milliseconds) => new Date(milliseconds),
);

/** Ids of Sparkfly, and of Verdict's rules and events. */
export const idNumber = wholeNumber(1);

/** Store numbers start at 0, as on orders. */
export const storeNumber = wholeNumber(0);

/** Query of every list under `/v1.0`. */
export const PageQuery = z.object({
  page: numberInQuery(1, 2 ** 31 - 1).optional(),
  per_page: numberInQuery(1, 200).optional(),
  /** The `as_of` of an earlier page: reads the list as of that time. */
  as_of: numberInQuery(0).optional(),
});
export type PageQuery = z.output<typeof PageQuery>;

/** Entries per page by default. */
export const perPageDefault = 50;

/** The fields of every page besides its entries. */
export const pageNumbers = {
  page: z.int(),
  per_page: z.int(),
  total_entries: z.int(),
  total_pages: z.int(),
  as_of: z.int(),
};
