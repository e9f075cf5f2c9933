import { Readable } from 'node:stream';
import type { Context } from 'hono';

/**
 * Sends CSV as a file, piece by piece. A fault on the way breaks the connection: half a file must
 * not look like a whole one.
 */
export const sendCsv = (c: Context, filename: string, pieces: AsyncIterable<string>): Response => {
  c.header('Content-Type', 'text/csv; charset=utf-8; header=present');
  c.header('Content-Disposition', `attachment; filename="${filename}"`);
  return c.body(Readable.toWeb(Readable.from(pieces)) as ReadableStream);
};
