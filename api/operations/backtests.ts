import {
  Backtest,
  BacktestCancellation,
  BacktestChangePage,
  BacktestPage,
  BacktestQuery,
  BacktestSummary,
  ChangeQuery,
  NewBacktest,
} from '../../contracts/v1/backtests.js';
import type { Role } from '../../contracts/v1/roles.js';
import { type Created, startBacktest } from '../../services/backtests/create.js';
import {
  listBacktestChanges,
  listBacktests,
  readBacktest,
  readBacktestCursor,
  readChangeCursor,
} from '../../services/backtests/read.js';
import { endBacktest } from '../../services/backtests/run.js';
import { badRequest } from '../faults.js';
import { found, get, idPart, post, tagged } from '../operation.js';
import { placeOf } from '../parsed.js';
import { wrongText } from '../rule-set-answers.js';

const readers: readonly Role[] = ['analyst', 'operator', 'reviewer'];
const writers: readonly Role[] = ['analyst'];

const params = { backtestId: idPart("The backtest's id.", 'no such backtest') };
const noSuch = params.backtestId.missing;

const createdOf = (created: Created): BacktestSummary => {
  switch (created.kind) {
    case 'created':
      return created.backtest;
    case 'unknown_draft':
      throw badRequest([{ error: 'invalid_value', message: '$.draftId is of no draft' }]);
    case 'unknown_version':
      throw badRequest([{ error: 'invalid_value', message: '$.version is of no rule set' }]);
    case 'refused':
      throw wrongText(created.problems, 'the rule set');
    default:
      return created satisfies never;
  }
};

const tag = {
  name: 'Backtests',
  description: 'Backtests of rules on stored orders. Each runs in a workflow of its own.',
};

export const backtestOperations = tagged(tag, [
  post('/v1/backtests', {
    summary: 'Test a draft, a version or a text on the stored orders of a period.',
    roles: writers,
    body: NewBacktest,
    examples: {
      shippedFile: {
        version: 0,
        from: '2026-10-01T00:00:00Z',
        to: '2026-11-01T00:00:00Z',
        banner: 'bay',
        note: 'before the peak season',
      },
    },
    answer: BacktestSummary,
    returns: 'The backtest, which has started.',
    faults: {
      400: 'Bad input, or a rule set that is not valid, with line and column of each fault.',
    },
    handle: async (context, { body }) => createdOf(await startBacktest(context, body)),
  }),
  get('/v1/backtests', {
    summary: 'List the backtests, latest first, with their progress.',
    roles: readers,
    query: BacktestQuery,
    answer: BacktestPage,
    returns: 'A page of backtests, latest first.',
    handle: (context, { query: { cursor, limit } }) =>
      listBacktests(context, { after: placeOf(cursor, readBacktestCursor), limit }),
  }),
  get('/v1/backtests/{backtestId}', {
    summary: 'Read one backtest: its progress, and its result once it is done.',
    roles: readers,
    params,
    answer: Backtest,
    returns: 'The backtest.',
    handle: async (context, { params: { backtestId } }) =>
      found(await readBacktest(context, backtestId), noSuch),
  }),
  post('/v1/backtests/{backtestId}/cancellation', {
    summary: 'Cancel a backtest; one that has ended is returned unchanged.',
    roles: writers,
    params,
    body: BacktestCancellation,
    examples: { noted: { note: 'wrong month' } },
    answer: BacktestSummary,
    returns: 'The current backtest.',
    handle: async (context, { params: { backtestId }, body: { note } }) => {
      const backtest = await endBacktest(context, { backtestId, state: 'cancelled', note });
      if (backtest === undefined) throw noSuch();
      if (backtest.state === 'cancelled') await context.backtests.cancel(backtestId);
      return backtest;
    },
  }),
  get('/v1/backtests/{backtestId}/changes', {
    summary: 'List orders with another result, and the rules that made the difference.',
    roles: readers,
    params,
    query: ChangeQuery,
    answer: BacktestChangePage,
    returns: 'A page of orders.',
    handle: async (context, { params: { backtestId }, query: { cursor, ...request } }) => {
      const after = placeOf(cursor, readChangeCursor);
      return found(await listBacktestChanges(context, { ...request, backtestId, after }), noSuch);
    },
  }),
]);
