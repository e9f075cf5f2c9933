import { Hono } from 'hono';
import { printWhole } from '../../domain/case/figures.js';
import {
  type DeskPeriod,
  readDeskQueue,
  readOwnFigures,
  type ReviewerFigures,
} from '../../services/desk-figures/figures.js';
import { allow } from '../access.js';
import { actorOf, callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Time } from '../parts/format.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { Agreed, Duration, type Measure, measures, periodWords } from './desk/figures.js';
import { QueuePanels } from './desk/queue.js';

const Stats = ({ today, month }: { today: DeskPeriod; month: DeskPeriod }) => (
  <div class="stats">
    <div class="stat">
      <span class="name">Decided today</span>
      <span class="value">{printWhole(today.decided)}</span>
      <span class="than">
        {printWhole(today.accepted)} accepted, {printWhole(today.rejected)} rejected
      </span>
    </div>
    <div class="stat">
      <span class="name">Half decided within</span>
      <span class="value">
        <Duration took={today.fromClaim} />
      </span>
      <span class="than">
        of your claim; nine of ten: <Duration took={today.fromClaim} of="p90Seconds" />
      </span>
    </div>
    <div class="stat">
      <span class="name">Decided late</span>
      <span class="value">{printWhole(today.late)}</span>
      <span class="than">after the case was due</span>
    </div>
    <div class="stat">
      <span class="name">Labels agree, last 28 days</span>
      <span class="value">
        <Agreed agreement={month.agreement} />
      </span>
      <span class="than">{printWhole(month.agreement.labelled)} labelled so far</span>
    </div>
  </div>
);

const columnsOf = (periods: readonly DeskPeriod[]): readonly Column<Measure>[] => [
  {
    heading: 'Figure',
    isName: true,
    cell: ({ name, meaning }) => (
      <>
        {name}
        {meaning && <span class="soft">, {meaning}</span>}
      </>
    ),
  },
  ...periods.map((period) => ({
    heading: periodWords[period.days],
    isNumber: true,
    cell: ({ cell }: Measure) => cell(period),
  })),
];

const FigurePanel = ({ figures: { periods } }: { figures: ReviewerFigures }) => (
  <TablePanel
    id="figures"
    title="Your figures"
    columns={columnsOf(periods)}
    rows={periods.at(-1)?.decided === 0 && periods.at(-1)?.undone === 0 ? [] : measures}
    empty={
      <>
        You have decided nothing in the last 28 days. What you decide in the queue counts here at
        once. <a href="/console/queue">To the queue</a>
      </>
    }
    foot="Labels come weeks after a decision, so what they say about these days still grows."
  />
);

/** A reviewer's own page: what they decided, how long it took, and what waits. */
export const mePages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/me', allow('reviewer'), async (c) => {
    const call = callOf(deps, c);
    const { zone } = preferencesOf(c);
    const [figures, queue, state] = await Promise.all([
      readOwnFigures(call, { reviewer: actorOf(c).name, zone }),
      readDeskQueue(call),
      loadSideState(deps, c),
    ]);
    const [today, month] = [figures.periods[0], figures.periods.at(-1)];
    const main = (
      <PanelsMain
        title="My day"
        lead={
          today && (
            <>
              Since <Time at={today.from} zone={zone} />
            </>
          )
        }
      >
        {today && month && <Stats today={today} month={month} />}
        <div class="pair">
          <QueuePanels own={figures.queue} all={queue} />
        </div>
        <FigurePanel figures={figures} />
      </PanelsMain>
    );
    return renderPage(c, { title: 'My day', section: 'me', state, main });
  });
