import type { PointsFitSummary } from '../../../contracts/v1/points-fits.js';
import { Ago } from '../../parts/format.js';
import { StateMark, Unsaid } from '../../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../../parts/table.js';
import { bannerWords } from '../../words.js';

const stateMarks = {
  running: { is: 'none', words: 'Learning' },
  done: { is: 'ok', words: 'Done' },
  cancelled: { is: 'none', words: 'Cancelled' },
  failed: { is: 'reject', words: 'Failed' },
} as const;

/** Where a fit stands. */
export const FitState = ({ fit }: { fit: Pick<PointsFitSummary, 'state' | 'progress'> }) => {
  const { is, words } = stateMarks[fit.state];
  const { done, total } = fit.progress;
  return (
    <StateMark is={is} icon={fit.state === 'running' ? 'clock' : undefined}>
      {fit.state === 'running' && total > 0 ? `${words}, ${done} of ${total}` : words}
    </StateMark>
  );
};

/** The days of a fit, in UTC as they were asked for. */
export const periodText = ({ from, cut }: Pick<PointsFitSummary, 'from' | 'cut'>): string =>
  `${from.slice(0, 10)} to ${cut.slice(0, 10)}`;

/** The rule set that a fit began with. */
export const baseText = ({ baseVersion }: Pick<PointsFitSummary, 'baseVersion'>): string =>
  baseVersion === 0 ? 'The shipped rules' : `Version ${baseVersion}`;

const columnsOf = (now: Date, zone: string): readonly Column<PointsFitSummary>[] => [
  {
    heading: 'Points of',
    isName: true,
    isNarrow: true,
    cell: (fit) => <a href={`/console/learned-points/${fit.fitId}`}>{baseText(fit)}</a>,
  },
  { heading: 'Orders from', isNarrow: true, cell: periodText },
  {
    heading: 'Banner',
    isNarrow: true,
    cell: ({ banner }) => (banner === null ? 'All' : bannerWords[banner]),
  },
  { heading: 'State', isNarrow: true, cell: (fit) => <FitState fit={fit} /> },
  {
    heading: 'Proposes',
    isNarrow: true,
    cell: ({ draftId, state }) =>
      draftId === null ? (
        <Unsaid>{state === 'running' ? 'not yet' : 'nothing'}</Unsaid>
      ) : (
        <a href={`/console/drafts/${draftId}`}>a draft</a>
      ),
  },
  {
    heading: 'Started',
    isNarrow: true,
    cell: ({ createdAt }) => <Ago at={new Date(createdAt)} now={now} zone={zone} />,
  },
  { heading: 'By', isNarrow: true, cell: ({ author }) => author },
  { heading: 'Why', cell: ({ note }) => (note === '' ? <Unsaid>no note</Unsaid> : note) },
];

/** The fits, latest first. */
export const FitList = (props: {
  fits: readonly PointsFitSummary[];
  nextCursor: string | null;
  now: Date;
  zone: string;
  mayLearn: boolean;
}) => (
  <PanelsMain
    title="Learned points"
    lead="Points of the rules in force, learned from how orders turned out"
    aside={
      props.mayLearn && (
        <a class="btn" data-kind="main" href="/console/learned-points/new">
          Learn points…
        </a>
      )
    }
  >
    <TablePanel
      id="fits"
      title="Proposals, latest first"
      columns={columnsOf(props.now, props.zone)}
      rows={props.fits}
      empty="No points were learned yet. It needs labels of some months; an analyst starts it."
      foot={
        props.nextCursor && (
          <a href={`/console/learned-points?cursor=${encodeURIComponent(props.nextCursor)}`}>
            Earlier proposals
          </a>
        )
      }
    />
  </PanelsMain>
);
