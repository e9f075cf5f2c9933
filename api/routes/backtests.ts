import { Hono } from 'hono';
import {
  BacktestCancellation,
  BacktestQuery,
  type BacktestSummary,
  ChangeQuery,
  NewBacktest,
} from '../../contracts/v1/backtests.js';
import type { Role } from '../../contracts/v1/roles.js';
import { isUuid } from '../../contracts/uuid.js';
import { type Created, createBacktest } from '../../services/backtests/create.js';
import { endBacktest } from '../../services/backtests/run.js';
import {
  listBacktestChanges,
  listBacktests,
  readBacktest,
  readBacktestCursor,
  readChangeCursor,
} from '../../services/backtests/read.js';
import { acting, system } from '../../services/context.js';
import { type Authenticate, authorise } from '../authorise.js';
import type { ApiDeps, ApiEnv } from '../deps.js';
import { badRequest, fault } from '../faults.js';
import { parsed, placeOf } from '../parsed.js';
import { readJson } from '../read-json.js';

const notFound = () => fault(404, 'not_found', 'no such backtest');

/** The id of the path. Throws 404 for what is none. */
const idOf = (text: string): string => {
  if (!isUuid(text)) throw notFound();
  return text.toLowerCase();
};

const createdOf = (created: Created): BacktestSummary => {
  switch (created.kind) {
    case 'created':
      return created.backtest;
    case 'unknown_draft':
      throw badRequest([{ error: 'invalid_value', message: '$.draftId is of no draft' }]);
    case 'unknown_version':
      throw badRequest([{ error: 'invalid_value', message: '$.version is of no rule set' }]);
    case 'refused':
      throw badRequest(
        created.problems.map(({ rule, message, line, column }) => ({
          error: 'invalid_value',
          message: `the rule set, line ${line}, column ${column}: ${rule}: ${message}`,
        })),
      );
    default:
      return created satisfies never;
  }
};

const readers: readonly Role[] = ['analyst', 'operator', 'reviewer'];
const writers: readonly Role[] = ['analyst'];

const writingRoutes = (deps: ApiDeps, authenticate: Authenticate) => {
  const { db, backtests, shippedRules: shipped, ruleGuard: guard } = deps;
  return new Hono<ApiEnv>()
    .post('/v1/backtests', authorise(authenticate, writers), async (c) => {
      const asked = parsed(NewBacktest, await readJson(c));
      const actor = c.get('holder');
      const created = await createBacktest({ ...acting(deps, actor), shipped, guard }, asked);
      const backtest = createdOf(created);
      try {
        await backtests.start(backtest.backtestId);
      } catch (error) {
        // The caller is told to ask again: this one must not stand there as running for ever.
        const { backtestId } = backtest;
        await endBacktest({ db, actor: system, now: deps.now() }, { backtestId, state: 'failed' });
        throw error;
      }
      return c.json(backtest);
    })
    .post('/v1/backtests/:backtestId/cancellation', authorise(authenticate, writers), async (c) => {
      const backtestId = idOf(c.req.param('backtestId'));
      const { note } = parsed(BacktestCancellation, await readJson(c));
      const asked = { backtestId, state: 'cancelled', note } as const;
      const backtest = await endBacktest(acting(deps, c.get('holder')), asked);
      if (backtest === undefined) throw notFound();
      if (backtest.state === 'cancelled') await backtests.cancel(backtestId);
      return c.json(backtest);
    });
};

const readingRoutes = ({ db }: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .get('/v1/backtests', authorise(authenticate, readers), async (c) => {
      const { cursor, limit } = parsed(BacktestQuery, c.req.query());
      const after = placeOf(cursor, readBacktestCursor);
      return c.json(await listBacktests({ db }, { after, limit }));
    })
    .get('/v1/backtests/:backtestId', authorise(authenticate, readers), async (c) => {
      const backtest = await readBacktest({ db }, idOf(c.req.param('backtestId')));
      if (backtest === undefined) throw notFound();
      return c.json(backtest);
    })
    .get('/v1/backtests/:backtestId/changes', authorise(authenticate, readers), async (c) => {
      const backtestId = idOf(c.req.param('backtestId'));
      const { cursor, ...asked } = parsed(ChangeQuery, c.req.query());
      const after = placeOf(cursor, readChangeCursor);
      const page = await listBacktestChanges({ db }, { ...asked, backtestId, after });
      if (page === undefined) throw notFound();
      return c.json(page);
    });

/** `/v1/backtests`: rules tried on stored orders, run by a workflow of their own. */
export const backtestRoutes = (deps: ApiDeps, authenticate: Authenticate) =>
  new Hono<ApiEnv>()
    .route('/', writingRoutes(deps, authenticate))
    .route('/', readingRoutes(deps, authenticate));
