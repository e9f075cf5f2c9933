import type { Context } from 'hono';

/** Bytes that are no text would otherwise be replaced and so kept as something else. */
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The request's body as text; a byte order mark is no part of it. Undefined for no UTF-8. */
export const readUtf8 = async (c: Context): Promise<string | undefined> => {
  const bytes = await c.req.arrayBuffer();
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};
