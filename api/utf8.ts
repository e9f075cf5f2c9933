import type { Context } from 'hono';
import { fault } from './faults.js';

/**
 * Without `fatal` the decoder would replace invalid bytes, and the API would store something else.
 */
const decoder = new TextDecoder('utf-8', { fatal: true });

const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i;

/** Throws 415 for a compressed body: the API would misread it. */
export const refuseCompressed = (c: Context): void => {
  const encoding = c.req.header('content-encoding')?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return;
  const message = 'the body must not be compressed: leave Content-Encoding out';
  throw fault(415, 'unsupported_media_type', message);
};

/** ASCII is a subset of UTF-8. */
const readable = /^(utf-?8|us-ascii|ascii)$/i;

/**
 * The request's body as text, without a byte order mark. Undefined when it is not UTF-8. Throws 415
 * for a compressed body, or another declared charset.
 */
export const readUtf8 = async (c: Context): Promise<string | undefined> => {
  refuseCompressed(c);
  const declared = charset.exec(c.req.header('content-type') ?? '')?.[1] ?? 'utf-8';
  if (!readable.test(declared)) {
    throw fault(415, 'unsupported_media_type', 'the body must be in UTF-8, and so its charset');
  }
  const bytes = await c.req.arrayBuffer();
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};
