import { Hono } from 'hono';
import type { BacktestSummary } from '../../contracts/v1/backtests.js';
import { listBacktests, readBacktestCursor } from '../../services/backtests/read.js';
import { allow } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Ago } from '../parts/format.js';
import { StateMark, Unsaid } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { bannerWords } from '../words.js';

const backtestsOnPage = 50;

const stateMarks = {
  running: { is: 'none', words: 'Running' },
  done: { is: 'ok', words: 'Done' },
  cancelled: { is: 'none', words: 'Cancelled' },
  failed: { is: 'reject', words: 'Failed' },
} as const;

const State = ({ backtest: { state, progress } }: { backtest: BacktestSummary }) => {
  const { is, words } = stateMarks[state];
  const part = state === 'running' && progress.total > 0;
  return (
    <StateMark is={is}>
      {part ? `${words}, ${progress.done} of ${progress.total}` : words}
    </StateMark>
  );
};

const sourceText = ({ source: { version, revision } }: BacktestSummary): string => {
  if (version !== undefined) return `Version ${version}`;
  return revision === undefined ? 'A text of its own' : `A draft, revision ${revision}`;
};

const periodText = ({ from, to }: BacktestSummary): string =>
  `${from.slice(0, 10)} to ${to.slice(0, 10)}`;

const columnsOf = (now: Date, zone: string): readonly Column<BacktestSummary>[] => [
  { heading: 'Rule set', isName: true, isNarrow: true, cell: sourceText },
  { heading: 'Orders from', isNarrow: true, cell: periodText },
  {
    heading: 'Banner',
    isNarrow: true,
    cell: ({ banner }) => (banner === null ? 'All' : bannerWords[banner]),
  },
  { heading: 'State', isNarrow: true, cell: (backtest) => <State backtest={backtest} /> },
  {
    heading: 'Started',
    isNarrow: true,
    cell: ({ createdAt }) => <Ago at={new Date(createdAt)} now={now} zone={zone} />,
  },
  { heading: 'By', isNarrow: true, cell: ({ author }) => author },
  { heading: 'Why', cell: ({ note }) => (note === '' ? <Unsaid>no note</Unsaid> : note) },
];

/** Backtests, latest first. */
export const backtestPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/backtests', allow('analyst', 'reviewer', 'operator'), async (c) => {
    const call = callOf(deps, c);
    const after = readBacktestCursor(c.req.query('cursor') ?? '');
    const [page, state] = await Promise.all([
      listBacktests(call, { after, limit: backtestsOnPage }),
      loadSideState(deps, c),
    ]);
    const { zone } = preferencesOf(c);
    const main = (
      <PanelsMain title="Backtests" lead="Rule sets tried on stored orders">
        <TablePanel
          id="backtests"
          title="Backtests, latest first"
          columns={columnsOf(call.now, zone)}
          rows={page.backtests}
          empty="No rule set was tried on stored orders. An analyst starts one through the API."
          foot={
            page.nextCursor && (
              <a href={`/console/backtests?cursor=${encodeURIComponent(page.nextCursor)}`}>
                Earlier backtests
              </a>
            )
          }
        />
      </PanelsMain>
    );
    return renderPage(c, { title: 'Backtests', section: 'backtests', state, main });
  });
