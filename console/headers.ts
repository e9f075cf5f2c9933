import { createMiddleware } from 'hono/factory';

/** Everything comes from this server, scripts and styles from files alone. */
const contentSecurityPolicy = [
  "default-src 'none'",
  ...['script-src', 'style-src', 'img-src', 'connect-src', 'font-src'].map(
    (kind) => `${kind} 'self'`,
  ),
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer below `/console`. Pages hold personal data, so nothing keeps them. */
export const consoleHeaders = createMiddleware(async (c, next) => {
  await next();
  c.header('Content-Security-Policy', contentSecurityPolicy);
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
});
