import { createMiddleware } from 'hono/factory';

/**
 * Forbids caches to store an answer, unless its route says otherwise. Answers hold orders and
 * cases, and without the header a browser or proxy may keep them.
 */
export const noStore = createMiddleware(async (c, next) => {
  await next();
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
});
