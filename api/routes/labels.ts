import { Readable } from 'node:stream';
import { Hono } from 'hono';
import type { z } from 'zod';
import { isStorable, parseWire } from '../../contracts/faults.js';
import {
  LabelExportQuery,
  LabelQuery,
  MatchQuery,
  PerformanceQuery,
  WithdrawalQuery,
} from '../../contracts/v1/label-queries.js';
import { importLinesMax, LabelStatement, LabelStatements } from '../../contracts/v1/labels.js';
import type { Role } from '../../contracts/v1/roles.js';
import { exportLabels } from '../../services/labels/export-labels.js';
import { type Import, importLabels } from '../../services/labels/import-labels.js';
import { listLabels, readLabelCursor } from '../../services/labels/list.js';
import { measurePerformance } from '../../services/labels/performance.js';
import { readLabelHistory } from '../../services/labels/read-history.js';
import { stateLabels } from '../../services/labels/state.js';
import { withdrawLabel } from '../../services/labels/withdraw-label.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { readCsv } from '../read-csv.js';
import { readJson } from '../read-json.js';

const parse = <S extends z.ZodType>(schema: S, raw: unknown): z.output<S> => {
  const parsed = parseWire(schema, raw);
  if (!parsed.ok) throw badRequest(parsed.faults);
  return parsed.value;
};

const cursorOf = (cursor: string | undefined) => {
  const after = cursor === undefined ? undefined : readLabelCursor(cursor);
  if (cursor === undefined || after !== undefined) return after;
  const message = '$.cursor must be the nextCursor of an earlier page';
  throw badRequest([{ error: 'invalid_value', message }]);
};

const reportOf = (outcome: Import) => {
  if (outcome.kind === 'imported') return outcome.report;
  const messages = {
    empty: '$ must have a header',
    no_kind: '$ must have the column kind',
    unknown_column: '$ has a column in its header that is not known',
    repeated_column: '$ has a column twice in its header',
    too_many_lines: `$ must have at most ${importLinesMax} lines below its header`,
  } as const;
  throw badRequest([{ error: 'invalid_value', message: messages[outcome.fault] }]);
};

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const readers: readonly Role[] = ['analyst', 'reviewer', 'operator'];
const writers: readonly Role[] = ['analyst'];

const writingRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .post('/v1/labels', authorise(authenticate, writers), async (c) => {
      const { matchDays } = parse(MatchQuery, c.req.query());
      const body = await readJson(c);
      const isMany = Array.isArray(body);
      const statements = isMany ? parse(LabelStatements, body) : [parse(LabelStatement, body)];
      const given = { statements, matchDays, source: 'api', refusesUnknown: true } as const;
      const stated = await stateLabels(deps.pool, c.get('holder'), { ...given, now: deps.now() });
      if (stated.kind === 'stated') return c.json({ results: stated.results });
      throw badRequest(
        stated.indexes.map((index) => ({
          error: 'unknown_transaction',
          message: `$${isMany ? `[${index}]` : ''}.transactionId is of no transaction`,
        })),
      );
    })
    .post('/v1/labels/import', authorise(authenticate, writers), async (c) => {
      const { matchDays } = parse(MatchQuery, c.req.query());
      const given = { text: await readCsv(c), matchDays, now: deps.now() };
      return c.json(reportOf(await importLabels(deps.pool, c.get('holder'), given)));
    })
    .delete('/v1/labels/:labelId', authorise(authenticate, writers), async (c) => {
      const labelId = c.req.param('labelId');
      const { reason } = parse(WithdrawalQuery, c.req.query());
      const withdrawn = uuidForm.test(labelId)
        ? await withdrawLabel(deps.pool, c.get('holder'), { labelId, reason, now: deps.now() })
        : undefined;
      if (withdrawn === undefined) throw fault(404, 'not_found', 'no such label');
      return c.json(withdrawn);
    });

const readingRoutes = ({ pool }: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .get('/v1/labels', authorise(authenticate, readers), async (c) => {
      const { cursor, limit, ...filter } = parse(LabelQuery, c.req.query());
      return c.json(await listLabels(pool, { filter, after: cursorOf(cursor), limit }));
    })
    .get('/v1/labels.csv', authorise(authenticate, readers), (c) => {
      const filter = parse(LabelExportQuery, c.req.query());
      c.header('Content-Type', 'text/csv; charset=utf-8; header=present');
      c.header('Content-Disposition', 'attachment; filename="labels.csv"');
      // A fault on the way breaks the connection: half a file must not look like a whole one.
      return c.body(Readable.toWeb(Readable.from(exportLabels(pool, filter))) as ReadableStream);
    })
    .get('/v1/labels/performance', authorise(authenticate, readers), async (c) =>
      c.json(await measurePerformance(pool, parse(PerformanceQuery, c.req.query()))),
    )
    .get('/v1/transactions/:transactionId/labels', authorise(authenticate, readers), async (c) => {
      const transactionId = c.req.param('transactionId');
      const history = isStorable(transactionId)
        ? await readLabelHistory(pool, transactionId)
        : undefined;
      if (history === undefined) throw fault(404, 'unknown_transaction', 'no such transaction');
      return c.json(history);
    });

/** Labels: what became of orders, by whom and when it was said, and what rules are worth by it. */
export const labelRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .route('/', writingRoutes(deps, authenticate))
    .route('/', readingRoutes(deps, authenticate));
