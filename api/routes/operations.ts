import { Hono } from 'hono';
import { atPresent } from '../../services/context.js';
import { stuckOrders } from '../../services/stuck-orders.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';

/** `GET /v1/operations/stuck`: the orders that do not get on. */
export const operationRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>().get('/v1/operations/stuck', authorise(authenticate, ['operator']), async (c) =>
    c.json(await stuckOrders(atPresent(deps))),
  );
