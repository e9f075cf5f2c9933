import { Hono } from 'hono';
import { isUuid } from '../../contracts/uuid.js';
import { CaseQuery, TransactionQuery } from '../../contracts/v1/queries.js';
import { acting, atPresent } from '../../services/context.js';
import { listCases, readCase, readCaseCursor } from '../../services/cases/read.js';
import { findByOrder } from '../../services/transactions/records.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { fault } from '../faults.js';
import { parsed, placeOf } from '../parsed.js';

/** `GET /v1/transactions`, `GET /v1/cases` and `GET /v1/cases/{caseId}`. */
export const caseRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .get(
      '/v1/transactions',
      authorise(authenticate, ['oms', 'reviewer', 'analyst', 'operator']),
      async (c) => {
        const query = parsed(TransactionQuery, c.req.query());
        return c.json({ transactions: await findByOrder(deps, query) });
      },
    )
    .get('/v1/cases', authorise(authenticate, ['reviewer', 'analyst', 'operator']), async (c) => {
      const { cursor, limit, ...filter } = parsed(CaseQuery, c.req.query());
      const after = placeOf(cursor, readCaseCursor);
      return c.json(await listCases(atPresent(deps), { filter, after, limit }));
    })
    .get('/v1/cases/:caseId', authorise(authenticate, ['reviewer', 'analyst']), async (c) => {
      const caseId = c.req.param('caseId');
      const found = isUuid(caseId)
        ? await readCase(acting(deps, c.get('holder')), caseId)
        : undefined;
      if (found === undefined) throw fault(404, 'not_found', 'no such case');
      return c.json(found);
    });
