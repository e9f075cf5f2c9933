import type { Context } from 'hono';
import { fault } from './faults.js';

/** Bytes that are no text would otherwise be replaced and so kept as something else. */
const decoder = new TextDecoder('utf-8', { fatal: true });

const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i;

/** Throws 415 for a body that is compressed: it would be read as something it is not. */
export const refuseCompressed = (c: Context): void => {
  const encoding = c.req.header('content-encoding')?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return;
  const message = 'the body must not be compressed: leave Content-Encoding out';
  throw fault(415, 'unsupported_media_type', message);
};

/** The ASCII letters are the same in UTF-8. */
const readable = /^(utf-?8|us-ascii|ascii)$/i;

/**
 * The request's body as text; a byte order mark is no part of it. Undefined for no UTF-8. Throws
 * 415 for a body that is compressed, or is said to be in another charset.
 */
export const readUtf8 = async (c: Context): Promise<string | undefined> => {
  refuseCompressed(c);
  const said = charset.exec(c.req.header('content-type') ?? '')?.[1] ?? 'utf-8';
  if (!readable.test(said)) {
    throw fault(415, 'unsupported_media_type', 'the body must be in UTF-8, and so its charset');
  }
  const bytes = await c.req.arrayBuffer();
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};
