import { Hono } from 'hono';
import { type Readiness, readyParts } from '../../contracts/v1/readiness.js';
import { createReadinessCheck } from '../../services/readiness.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { tryAgain } from '../faults.js';
import { createPartnerMetrics } from '../partner-metrics.js';

/** `GET /healthz` (the process lives), `/readyz` (an order could be decided) and `/metrics`. */
export const healthRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const partnerMetrics = createPartnerMetrics(deps);
  const findFaults = createReadinessCheck(deps);
  return new Hono<ApiEnv>()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const faults = await findFaults();
      if (faults.length > 0) throw tryAgain(faults.map(({ part, reason }) => `${part}: ${reason}`));
      const parts = readyParts.map((part) => ({ part, ready: true as const }));
      return c.json({ status: 'ok', parts } satisfies Readiness);
    })
    .get('/metrics', authorise(authenticate, ['operator']), async (c) => {
      c.header('Content-Type', deps.metrics.registry.contentType);
      return c.body((await deps.metrics.registry.metrics()) + (await partnerMetrics()));
    });
};
