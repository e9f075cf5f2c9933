import type { Context } from 'hono';
import { fault } from './faults.js';

const csvType = /^text\/csv\s*(;|$)/i;

/** The request's CSV text. Throws 415 for another media type. */
export const readCsv = async (c: Context): Promise<string> => {
  const type = c.req.header('content-type');
  if (type !== undefined && !csvType.test(type)) {
    throw fault(415, 'unsupported_media_type', 'the body must be text/csv');
  }
  return c.req.text();
};
