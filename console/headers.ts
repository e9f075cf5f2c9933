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

/** Headers of every answer below `/console`. */
export const consoleHeaders = createMiddleware(async (c, next) => {
  await next();
  c.header('Content-Security-Policy', contentSecurityPolicy);
});
