import type { z } from 'zod';

/** Encodes a position in a list as an opaque text. Its content may change between releases. */
export const printCursor = (place: Readonly<Record<string, unknown>>): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** Decodes a cursor of an earlier page; undefined when it is invalid. */
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
