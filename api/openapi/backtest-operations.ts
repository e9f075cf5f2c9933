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
import type { Operation } from './operation.js';

const readers = ['analyst', 'operator', 'reviewer'] as const;

/** Rules tried on stored orders. */
export const backtestOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/backtests',
    tag: 'Backtests',
    summary: 'Try a draft, a version or a text on the stored orders of a period.',
    roles: ['analyst'],
    body: NewBacktest,
    answer: BacktestSummary,
    faults: {
      400: 'Bad input, or a rule set that is not valid, with line and column of each fault.',
    },
  },
  {
    method: 'get',
    path: '/v1/backtests',
    tag: 'Backtests',
    summary: 'List the backtests, latest first, with their progress.',
    roles: readers,
    query: BacktestQuery,
    answer: BacktestPage,
    faults: { 400: 'Bad query.' },
  },
  {
    method: 'get',
    path: '/v1/backtests/{backtestId}',
    tag: 'Backtests',
    summary: 'Read one backtest: its progress, and its result once it is done.',
    roles: readers,
    answer: Backtest,
    faults: { 404: 'No such backtest.' },
  },
  {
    method: 'post',
    path: '/v1/backtests/{backtestId}/cancellation',
    tag: 'Backtests',
    summary: 'Cancel a backtest; one that has ended is answered as it is.',
    roles: ['analyst'],
    body: BacktestCancellation,
    answer: BacktestSummary,
    faults: { 400: 'Bad input.', 404: 'No such backtest.' },
  },
  {
    method: 'get',
    path: '/v1/backtests/{backtestId}/changes',
    tag: 'Backtests',
    summary: 'List orders that come out otherwise, with the rules that made the difference.',
    roles: readers,
    query: ChangeQuery,
    answer: BacktestChangePage,
    faults: { 400: 'Bad query.', 404: 'No such backtest.' },
  },
];
