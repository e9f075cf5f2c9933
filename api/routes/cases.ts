import { Hono } from 'hono';
import type { z } from 'zod';
import { parseWire } from '../../contracts/faults.js';
import { CaseQuery, TransactionQuery } from '../../contracts/v1/queries.js';
import { listCases, readCaseCursor } from '../../services/cases/list.js';
import { readCase } from '../../services/cases/read.js';
import { findByOrder } from '../../services/transactions/find-by-order.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';

/** Parses the query string; a fault's path begins with `$`, as in a body. */
const readQuery = <S extends z.ZodType>(schema: S, query: Record<string, string>): z.output<S> => {
  const parsed = parseWire(schema, query);
  if (!parsed.ok) throw badRequest(parsed.faults);
  return parsed.value;
};

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `GET /v1/transactions`, `GET /v1/cases` and `GET /v1/cases/{caseId}`. */
export const caseRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .get(
      '/v1/transactions',
      authorise(authenticate, ['oms', 'reviewer', 'operator']),
      async (c) => {
        const query = readQuery(TransactionQuery, c.req.query());
        return c.json({ transactions: await findByOrder(deps.pool, query) });
      },
    )
    .get('/v1/cases', authorise(authenticate, ['reviewer', 'operator']), async (c) => {
      const { cursor, limit, ...filter } = readQuery(CaseQuery, c.req.query());
      const after = cursor === undefined ? undefined : readCaseCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        const message = '$.cursor must be the nextCursor of an earlier page';
        throw badRequest([{ error: 'invalid_value', message }]);
      }
      return c.json(await listCases(deps.pool, { filter, after, limit, now: deps.now() }));
    })
    .get('/v1/cases/:caseId', authorise(authenticate, ['reviewer']), async (c) => {
      const caseId = c.req.param('caseId');
      const source = { db: deps.pool, vault: deps.vault };
      const found = uuidForm.test(caseId)
        ? await readCase(source, c.get('holder'), caseId, deps.now())
        : undefined;
      if (found === undefined) throw fault(404, 'not_found', 'no such case');
      return c.json(found);
    });
