import type { Context } from 'hono';
import { badRequest, fault } from './faults.js';
import { readUtf8 } from './utf8.js';

const jsonType = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/**
 * The request's JSON body. Throws 415 for another media type and 400 for what is no JSON, which
 * bytes that are no UTF-8 are not either. A byte order mark is no part of it.
 */
export const readJson = async (c: Context): Promise<unknown> => {
  const type = c.req.header('content-type');
  if (type !== undefined && !jsonType.test(type)) {
    throw fault(415, 'unsupported_media_type', 'the body must be application/json');
  }
  const text = await readUtf8(c);
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw badRequest([{ error: 'invalid_json', message: '$ must be valid JSON' }]);
  }
};

/** The same of a body that may be left out; it is then an empty object. */
export const readOptionalJson = async (c: Context): Promise<unknown> =>
  (await c.req.raw.clone().text()) === '' ? {} : readJson(c);
