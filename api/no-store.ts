import { createMiddleware } from 'hono/factory';

/**
 * Forbids caches to store an answer, unless its route says otherwise. Answers hold orders and
 * cases, and without the header a browser or proxy may keep them.
 */
export const noStore = createMiddleware(async (c, next) => {
  await next();
  const { headers } = c.res;
  // Not by `c.header`: on a finished answer that builds a web response with a stream around it, and
  // sending a stream takes several turns of the event loop.
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
});
