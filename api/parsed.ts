import { z } from 'zod';
import { parseWire } from '../contracts/faults.js';
import { badRequest } from './faults.js';

/** The branch of a union of one value and a list that matches what was sent. */
const schemaOfSent = (schema: z.ZodType, raw: unknown): z.ZodType => {
  if (!(schema instanceof z.ZodUnion)) return schema;
  const isSent = (option: unknown) => option instanceof z.ZodArray === Array.isArray(raw);
  return (schema.options as readonly z.ZodType[]).find(isSent) ?? schema;
};

/**
 * A body or query in its canonical form. Throws 400 with one element per fault; a path begins with
 * `$` in a query as in a body.
 */
export const parsed = <S extends z.ZodType>(schema: S, raw: unknown): z.output<S> => {
  const result = parseWire(schemaOfSent(schema, raw), raw);
  if (!result.ok) throw badRequest(result.faults);
  return result.value as z.output<S>;
};

/** Decodes a page's `nextCursor`; undefined without one. Throws 400. */
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
