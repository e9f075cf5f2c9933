import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { ApiDeps, ApiEnv } from './deps.js';
import { NotAdmitted } from './faults.js';

/**
 * Writes one log line and one measurement for each request, by route pattern: paths hold ids, and a
 * query or body may hold anything. An order that was not admitted gets no line: in a flood, lines
 * would cost more than the refusals. The alarm `orders_refused` reports their number.
 */
export const observe = (deps: Pick<ApiDeps, 'logger' | 'metrics'>) =>
  createMiddleware<ApiEnv>(async (c, next) => {
    const startedMs = performance.now();
    await next();
    const ms = performance.now() - startedMs;
    const pattern = routePath(c, -1);
    const route = pattern === '/*' ? 'unknown' : pattern;
    const { method } = c.req;
    const { status } = c.res;
    deps.metrics.httpSeconds.observe({ route, method, status }, ms / 1000);
    if (c.error instanceof NotAdmitted) return;
    const level = status >= 500 ? 'warn' : 'info';
    // The answer leaves when this returns. It does not wait until the line is written.
    setImmediate(() => {
      deps.logger[level]({ route, method, status, ms: Math.round(ms) }, 'request');
    });
  });
