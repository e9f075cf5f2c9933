import { Hono } from 'hono';
import { isDatabaseReachable } from '../../services/is-database-reachable.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';

/** `GET /healthz` (the process lives), `/readyz` (it can serve) and `/metrics`. */
export const healthRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const [postgres, temporal] = await Promise.all([
        isDatabaseReachable(deps.pool),
        deps.isTemporalReachable(),
      ]);
      const isReady = postgres && temporal;
      const parts = { postgres: postgres ? 'ok' : 'away', temporal: temporal ? 'ok' : 'away' };
      return c.json({ status: isReady ? 'ok' : 'not_ready', ...parts }, isReady ? 200 : 503);
    })
    .get('/metrics', authorise(authenticate, ['operator']), async (c) => {
      c.header('Content-Type', deps.metrics.registry.contentType);
      return c.body(await deps.metrics.registry.metrics());
    });
