import type { z } from 'zod';
import { parseWire } from '../contracts/faults.js';
import { badRequest } from './faults.js';

/**
 * A body or query in its canonical form. Throws 400 with one element per fault; a path begins with
 * `$` in a query as in a body.
 */
export const parsed = <S extends z.ZodType>(schema: S, raw: unknown): z.output<S> => {
  const result = parseWire(schema, raw);
  if (!result.ok) throw badRequest(result.faults);
  return result.value;
};

/** The place that a page's `nextCursor` stands for; undefined without one. Throws 400. */
export const placeOf = <T>(
  cursor: string | undefined,
  read: (cursor: string) => T | undefined,
): T | undefined => {
  if (cursor === undefined) return undefined;
  const place = read(cursor);
  if (place !== undefined) return place;
  const message = '$.cursor must be the nextCursor of an earlier page';
  throw badRequest([{ error: 'invalid_value', message }]);
};
