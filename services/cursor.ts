import type { z } from 'zod';

/** A place in a listing as an opaque text; what it is made of may change between releases. */
export const printCursor = (place: Readonly<Record<string, unknown>>): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** Reads a cursor that an earlier page gave; undefined when it is not one. */
export const readCursor = <S extends z.ZodType>(
  schema: S,
  cursor: string,
): z.output<S> | undefined => {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
};
