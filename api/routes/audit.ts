import { Hono } from 'hono';
import { AuditQuery } from '../../contracts/v1/audit.js';
import { listAuditPage, readAuditCursor } from '../../services/audit.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { parsed, placeOf } from '../parsed.js';

/** `GET /v1/audit`: who did what, and when. */
export const auditRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>().get(
    '/v1/audit',
    authorise(authenticate, ['analyst', 'operator']),
    async (c) => {
      const { cursor, limit, ...filter } = parsed(AuditQuery, c.req.query());
      const after = placeOf(cursor, readAuditCursor);
      return c.json(await listAuditPage(deps, { filter, after, limit }));
    },
  );
