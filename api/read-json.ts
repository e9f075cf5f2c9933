import type { Context } from 'hono';
import { badRequest, fault } from './faults.js';
import { hasMoreParts, jsonPartsMax } from '../contracts/json-parts.js';
import { readUtf8 } from './utf8.js';

const jsonType = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/** Parses a JSON text. Throws 400 when it is invalid or has too many values. */
export const parseJson = (text: string): unknown => {
  if (hasMoreParts(text, jsonPartsMax)) {
    const message = `$ must have at most ${jsonPartsMax} values, with all that is in it`;
    throw badRequest([{ error: 'invalid_value', message }]);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest([{ error: 'invalid_json', message: '$ must be valid JSON' }]);
  }
};

/**
 * The text of the request's JSON body, without a byte order mark; empty when it is not UTF-8.
 * Throws 415 for another media type or a compressed body.
 */
export const readJsonText = async (c: Context): Promise<string> => {
  const type = c.req.header('content-type');
  if (type !== undefined && !jsonType.test(type)) {
    throw fault(415, 'unsupported_media_type', 'the body must be application/json');
  }
  return (await readUtf8(c)) ?? '';
};

/** The request's JSON body. Throws as `readJsonText` and `parseJson` do. */
export const readJson = async (c: Context): Promise<unknown> => parseJson(await readJsonText(c));

/** As `readJson`, but an empty body is an empty object. */
export const readOptionalJson = async (c: Context): Promise<unknown> =>
  (await c.req.raw.clone().text()) === '' ? {} : readJson(c);
