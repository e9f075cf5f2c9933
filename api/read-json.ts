import type { Context } from 'hono';
import { badRequest, fault } from './faults.js';

const jsonType = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/** Bytes that are no text would otherwise be replaced and so kept as something else. */
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The request's JSON body. Throws 415 for another media type and 400 for what is no JSON, which
 * bytes that are no UTF-8 are not either. A byte order mark is no part of it.
 */
export const readJson = async (c: Context): Promise<unknown> => {
  const type = c.req.header('content-type');
  if (type !== undefined && !jsonType.test(type)) {
    throw fault(415, 'unsupported_media_type', 'the body must be application/json');
  }
  const bytes = await c.req.arrayBuffer();
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw badRequest([{ error: 'invalid_json', message: '$ must be valid JSON' }]);
  }
};
