import { Hono } from 'hono';
import { isStorable } from '../../contracts/faults.js';
import {
  LabelExportQuery,
  LabelQuery,
  MatchQuery,
  PerformanceQuery,
  WithdrawalQuery,
} from '../../contracts/v1/label-queries.js';
import { LabelStatement, LabelStatements } from '../../contracts/v1/labels.js';
import { isUuid } from '../../contracts/uuid.js';
import type { Role } from '../../contracts/v1/roles.js';
import { acting } from '../../services/context.js';
import { exportLabels, type Import, importLabels } from '../../services/labels/csv.js';
import { listLabels, readLabelCursor, readLabelHistory } from '../../services/labels/read.js';
import { measurePerformance } from '../../services/labels/performance.js';
import { stateLabels, withdrawLabel } from '../../services/labels/statements.js';
import { createReportQueue } from '../../services/report-queue.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { parsed, placeOf } from '../parsed.js';
import { readCsv } from '../read-csv.js';
import { readJson } from '../read-json.js';
import { sendCsv } from '../send-csv.js';

const reportOf = (outcome: Import) => {
  if (outcome.kind === 'imported') return outcome.report;
  throw badRequest([{ error: 'invalid_value', message: `$ ${outcome.fault}` }]);
};

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

const writingRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .post('/v1/labels', authorise(authenticate, writers), async (c) => {
      const { matchDays } = parsed(MatchQuery, c.req.query());
      const body = await readJson(c);
      const isMany = Array.isArray(body);
      const statements = isMany ? parsed(LabelStatements, body) : [parsed(LabelStatement, body)];
      const given = { statements, matchDays, source: 'api', isAllOrNothing: true } as const;
      const stated = await stateLabels(acting(deps, c.get('holder')), given);
      if (stated.kind === 'stated') return c.json({ results: stated.results });
      throw badRequest(
        stated.faults.map(({ index, field, error, message }) => ({
          error,
          message: `$${isMany ? `[${index}]` : ''}.${field} ${message}`,
        })),
      );
    })
    .post('/v1/labels/import', authorise(authenticate, writers), async (c) => {
      const { matchDays } = parsed(MatchQuery, c.req.query());
      const given = { text: await readCsv(c), matchDays };
      return c.json(reportOf(await importLabels(acting(deps, c.get('holder')), given)));
    })
    .delete('/v1/labels/:labelId', authorise(authenticate, writers), async (c) => {
      const labelId = c.req.param('labelId');
      const { reason } = parsed(WithdrawalQuery, c.req.query());
      const withdrawn = isUuid(labelId)
        ? await withdrawLabel(acting(deps, c.get('holder')), { labelId, reason })
        : undefined;
      if (withdrawn === undefined) throw fault(404, 'not_found', 'no such label');
      return c.json(withdrawn);
    });

const readingRoutes = ({ db }: ApiDeps, authenticate: Authenticate) => {
  const reports = createReportQueue();
  return new Hono<ApiEnv>()
    .get('/v1/labels', authorise(authenticate, readers), async (c) => {
      const { cursor, limit, ...filter } = parsed(LabelQuery, c.req.query());
      return c.json(
        await listLabels({ db }, { filter, after: placeOf(cursor, readLabelCursor), limit }),
      );
    })
    .get('/v1/labels.csv', authorise(authenticate, readers), (c) => {
      const filter = parsed(LabelExportQuery, c.req.query());
      return sendCsv(c, 'labels.csv', exportLabels({ db }, filter));
    })
    .get('/v1/labels/performance', authorise(authenticate, readers), async (c) => {
      const asked = parsed(PerformanceQuery, c.req.query());
      return c.json(await reports.answer(asked, () => measurePerformance({ db }, asked)));
    })
    .get('/v1/transactions/:transactionId/labels', authorise(authenticate, readers), async (c) => {
      const transactionId = c.req.param('transactionId');
      const history = isStorable(transactionId)
        ? await readLabelHistory({ db }, transactionId)
        : undefined;
      if (history === undefined) throw fault(404, 'unknown_transaction', 'no such transaction');
      return c.json(history);
    });
};

/** Labels: what became of orders, by whom and when it was said, and what rules are worth by it. */
export const labelRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .route('/', writingRoutes(deps, authenticate))
    .route('/', readingRoutes(deps, authenticate));
