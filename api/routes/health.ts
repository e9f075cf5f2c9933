import { Hono } from 'hono';
import { isDatabaseReachable } from '../../services/is-database-reachable.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { tryAgain } from '../faults.js';
import { createPartnerMetrics } from '../partner-metrics.js';

/** `GET /healthz` (the process lives), `/readyz` (it can serve) and `/metrics`. */
export const healthRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const partnerMetrics = createPartnerMetrics(deps);
  return new Hono<ApiEnv>()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const [postgres, temporal] = await Promise.all([
        isDatabaseReachable(deps.pool),
        deps.isTemporalReachable(),
      ]);
      const away = [...(postgres ? [] : ['Postgres']), ...(temporal ? [] : ['Temporal'])];
      if (away.length > 0) throw tryAgain(`no answer from ${away.join(' and ')}`);
      return c.json({ status: 'ok' });
    })
    .get('/metrics', authorise(authenticate, ['operator']), async (c) => {
      c.header('Content-Type', deps.metrics.registry.contentType);
      return c.body((await deps.metrics.registry.metrics()) + (await partnerMetrics()));
    });
};
