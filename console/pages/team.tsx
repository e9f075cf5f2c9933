import { Hono } from 'hono';
import { printWhole } from '../../domain/case/figures.js';
import {
  type DeskPeriod,
  type DeskQueue,
  readDeskQueue,
  readTeamFigures,
  type ReviewerFigures,
} from '../../services/desk-figures/figures.js';
import { allow } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Name, Time } from '../parts/format.js';
import { roleOf } from '../parts/people.js';
import { StateMark } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { Agreed, Duration, periodWords } from './desk/figures.js';

/** A reviewer with the figures of the chosen period. */
interface Row {
  readonly one: ReviewerFigures;
  readonly period: DeskPeriod;
}

const queueOf = (reviewer: string): string =>
  `/console/queue?${new URLSearchParams({ who: reviewer }).toString()}`;

const lateIn = ({ byDue }: DeskQueue): number => byDue[0]?.cases ?? 0;

const numbers: readonly (readonly [heading: string, of: (period: DeskPeriod) => number])[] = [
  ['Decided', ({ decided }) => decided],
  ['Accepted', ({ accepted }) => accepted],
  ['Rejected', ({ rejected }) => rejected],
  ['Decided late', ({ late }) => late],
  ['Escalated', ({ escalated }) => escalated],
  ['Undone', ({ undone }) => undone],
];

const columns: readonly Column<Row>[] = [
  {
    heading: 'Reviewer',
    isName: true,
    isNarrow: true,
    cell: ({ one: { reviewer, displayName } }) => (
      <>
        <a href={queueOf(reviewer)} title={`What ${displayName} holds`}>
          <Name>{displayName}</Name>
        </a>{' '}
        {displayName !== roleOf(reviewer) && <span class="soft">{roleOf(reviewer)}</span>}
      </>
    ),
  },
  {
    heading: 'Holds now',
    isNumber: true,
    cell: ({ one: { queue, reviewer } }) =>
      queue.cases === 0 ? '0' : <a href={queueOf(reviewer)}>{printWhole(queue.cases)}</a>,
  },
  {
    heading: 'Late now',
    isNumber: true,
    cell: ({ one: { queue } }) =>
      lateIn(queue) === 0 ? '0' : <StateMark is="overdue">{printWhole(lateIn(queue))}</StateMark>,
  },
  ...numbers.map(([heading, of]) => ({
    heading,
    isNumber: true,
    cell: ({ period }: Row) => printWhole(of(period)),
  })),
  {
    heading: <span title="Half took at most so long from the claim on">From claim</span>,
    isNumber: true,
    isNarrow: true,
    cell: ({ period }) => <Duration took={period.fromClaim} />,
  },
  {
    heading: <span title="Nine of ten took at most so long from the claim on">9 of 10</span>,
    isNumber: true,
    isNarrow: true,
    cell: ({ period }) => <Duration took={period.fromClaim} of="p90Seconds" />,
  },
  {
    heading: <span title="Half of the cases waited at most so long">From opening</span>,
    isNumber: true,
    isNarrow: true,
    cell: ({ period }) => <Duration took={period.fromOpening} />,
  },
  {
    heading: <span title="Of orders labelled later as fraud or as good">Labels agree</span>,
    isNumber: true,
    isNarrow: true,
    cell: ({ period: { agreement } }) => (
      <span
        title={
          `${agreement.acceptedFraud} accepted and fraud, ` +
          `${agreement.rejectedHonest} rejected and honest`
        }
      >
        <Agreed agreement={agreement} />
      </span>
    ),
  },
];

const Periods = ({ days }: { days: number }) => (
  <nav class="line" aria-label="Period">
    {Object.entries(periodWords).map(([given, word]) => (
      <a
        class="btn"
        data-size="s"
        href={`/console/team?days=${given}`}
        aria-current={Number(given) === days ? 'true' : undefined}
      >
        {word}
      </a>
    ))}
  </nav>
);

const TeamPanel = ({ team, days }: { team: readonly ReviewerFigures[]; days: number }) => (
  <TablePanel
    id="team"
    title={`By reviewer: ${periodWords[days]?.toLowerCase()}`}
    aside={<Periods days={days} />}
    columns={columns}
    rows={team.flatMap((one) => {
      const period = one.periods.find((given) => given.days === days);
      return period === undefined ? [] : [{ one, period }];
    })}
    empty={
      <>Nobody works here yet: an administrator makes the accounts of reviewers and team leads.</>
    }
    foot={
      'Decided is what stands: neither undone nor overtaken. Labels come weeks after a ' +
      'decision. To give cases to somebody, choose them in the queue.'
    }
  />
);

/** The figures of every reviewer, for team leads. */
export const teamPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/team', allow('lead'), async (c) => {
    const call = callOf(deps, c);
    const { zone } = preferencesOf(c);
    const asked = Number(c.req.query('days'));
    const days = periodWords[asked] === undefined ? 1 : asked;
    const [team, queue, state] = await Promise.all([
      readTeamFigures(call, { zone }),
      readDeskQueue(call),
      loadSideState(deps, c),
    ]);
    const from = team[0]?.periods.find((period) => period.days === days)?.from;
    const main = (
      <PanelsMain
        title="Team"
        lead={
          <>
            <a href="/console/queue">{printWhole(queue.cases)} open</a>,{' '}
            <a href="/console/queue?view=overdue">{printWhole(lateIn(queue))} late</a>
            {from && (
              <>
                ; figures since <Time at={from} zone={zone} />
              </>
            )}
          </>
        }
      >
        <TeamPanel team={team} days={days} />
      </PanelsMain>
    );
    return renderPage(c, { title: 'Team', section: 'team', state, main });
  });
