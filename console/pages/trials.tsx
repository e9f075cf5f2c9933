import { Hono } from 'hono';
import type { Trial } from '../../contracts/v1/trials.js';
import { listTrials } from '../../services/trials/read.js';
import { allow } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Ago } from '../parts/format.js';
import { StateMark, Unsaid } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';

const modeText = ({ mode, percent, by }: Trial): string =>
  mode === 'shadow' ? 'In shadow, every order' : `Rollout, ${percent} % by ${by}`;

const columnsOf = (now: Date, zone: string): readonly Column<Trial>[] => [
  {
    heading: 'Rule set',
    isName: true,
    isNarrow: true,
    cell: ({ version }) => `Version ${version}`,
  },
  { heading: 'How', isNarrow: true, cell: modeText },
  {
    heading: 'State',
    isNarrow: true,
    cell: ({ endedAt }) => (
      <StateMark is={endedAt === null ? 'ok' : 'none'}>
        {endedAt === null ? 'Running' : 'Ended'}
      </StateMark>
    ),
  },
  {
    heading: 'Started',
    isNarrow: true,
    cell: ({ startedAt }) => <Ago at={new Date(startedAt)} now={now} zone={zone} />,
  },
  { heading: 'By', isNarrow: true, cell: ({ author }) => author },
  { heading: 'Why', cell: ({ note }) => (note === '' ? <Unsaid>no note</Unsaid> : note) },
];

/** Trials of rule sets, newest first. */
export const trialPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/trials', allow('analyst', 'reviewer', 'operator'), async (c) => {
    const call = callOf(deps, c);
    const [trials, state] = await Promise.all([listTrials(call), loadSideState(deps, c)]);
    const { zone } = preferencesOf(c);
    const main = (
      <PanelsMain title="Trials" lead="A second rule set beside the one in force">
        <TablePanel
          id="trials"
          title="Trials, newest first"
          columns={columnsOf(call.now, zone)}
          rows={trials}
          empty="No rule set was tried yet. An analyst starts a trial through the API."
        />
      </PanelsMain>
    );
    return renderPage(c, { title: 'Trials', section: 'trials', state, main });
  });
