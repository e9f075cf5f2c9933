import type { Context } from 'hono';
import { badRequest, fault } from './faults.js';
import { readUtf8 } from './utf8.js';

const csvType = /^text\/csv\s*(;|$)/i;

/** The request's CSV text. Throws 415 for another media type and 400 for what is no UTF-8. */
export const readCsv = async (c: Context): Promise<string> => {
  const type = c.req.header('content-type');
  if (type !== undefined && !csvType.test(type)) {
    throw fault(415, 'unsupported_media_type', 'the body must be text/csv');
  }
  const text = await readUtf8(c);
  if (text !== undefined) return text;
  throw badRequest([{ error: 'invalid_value', message: '$ must be text in UTF-8' }]);
};
