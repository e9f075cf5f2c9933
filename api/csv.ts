import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { z } from 'zod';
import { badRequest, fault } from './faults.js';
import { readUtf8 } from './utf8.js';

/** The body of an operation that takes CSV. */
export const csvBody = (description: string) => z.string().meta({ description });

const csvType = /^text\/csv\s*(;|$)/i;

/**
 * The request's CSV text. Throws 415 for another media type and 400 for a body that is not UTF-8.
 */
export const readCsv = async (c: Context): Promise<string> => {
  const type = c.req.header('content-type');
  if (type !== undefined && !csvType.test(type)) {
    throw fault(415, 'unsupported_media_type', 'the body must be text/csv');
  }
  const text = await readUtf8(c);
  if (text !== undefined) return text;
  throw badRequest([{ error: 'invalid_value', message: '$ must be text in UTF-8' }]);
};

/**
 * Streams CSV as a file. An error while streaming breaks the connection, so that a partial file
 * never looks complete.
 */
export const sendCsv = (c: Context, filename: string, pieces: AsyncIterable<string>): Response => {
  c.header('Content-Type', 'text/csv; charset=utf-8; header=present');
  c.header('Content-Disposition', `attachment; filename="${filename}"`);
  return c.body(Readable.toWeb(Readable.from(pieces)) as ReadableStream);
};
