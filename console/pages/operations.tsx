import { Hono } from 'hono';
import type { StuckOrders } from '../../contracts/v1/operations.js';
import { stuckOrders } from '../../services/stuck-orders.js';
import { workBacklog } from '../../services/due-work.js';
import { allow } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { printWhole } from '../../domain/case/figures.js';
import { Age, lengthText } from '../parts/format.js';
import { StateMark } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';

const secondMs = 1000;

type Run = StuckOrders['runs'][number];
interface Waiting {
  readonly what: string;
  readonly waiting: number;
  readonly oldestSeconds: number;
}

const waitingColumns: readonly Column<Waiting>[] = [
  { heading: 'What', isName: true, isNarrow: true, cell: ({ what }) => what },
  { heading: 'How many', isNumber: true, cell: ({ waiting }) => printWhole(waiting) },
  {
    heading: 'The oldest for',
    isNumber: true,
    cell: ({ waiting, oldestSeconds }) =>
      waiting === 0 ? <span class="faint">none</span> : lengthText(oldestSeconds * secondMs),
  },
];

const runColumns = (now: Date, zone: string): readonly Column<Run>[] => [
  {
    heading: 'Run',
    isName: true,
    cell: ({ workflowId }) => <span class="mono">{workflowId}</span>,
  },
  { heading: 'Order is', isNarrow: true, cell: ({ status }) => status.replaceAll('_', ' ') },
  { heading: 'Cause', cell: ({ cause }) => cause },
  {
    heading: 'Failing for',
    isNarrow: true,
    cell: ({ failingSince }) => <Age at={new Date(failingSince)} now={now} zone={zone} />,
  },
  {
    heading: 'State',
    isNarrow: true,
    cell: ({ freedAt }) =>
      freedAt === null ? (
        <StateMark is="reject">Stuck</StateMark>
      ) : (
        <StateMark is="ok">A new run took over</StateMark>
      ),
  },
];

/** Names of consumers, such as `label_evidence`, in words. */
const consumerText = (name: string): string => `Consumer: ${name.replaceAll('_', ' ')}`;

/** What waits and what is stuck, for operators. */
export const operationPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/operations', allow('operator'), async (c) => {
    const call = callOf(deps, c);
    const [stuck, backlog, state] = await Promise.all([
      stuckOrders(call),
      workBacklog(call),
      loadSideState(deps, c),
    ]);
    const rows: readonly Waiting[] = [
      { what: 'Orders without a decision', ...stuck.undecided },
      { what: 'Orders that wait for OMS', ...stuck.settling },
      ...[...backlog].map(([name, { pending, oldestSeconds }]) => ({
        what: consumerText(name),
        waiting: pending,
        oldestSeconds,
      })),
    ];
    const main = (
      <PanelsMain
        title="Operations"
        lead={stuck.stuck === 0 ? 'Nothing is stuck' : `${printWhole(stuck.stuck)} stuck`}
      >
        <TablePanel
          id="waiting"
          title="What waits"
          columns={waitingColumns}
          rows={rows}
          empty="Nothing waits."
        />
        <TablePanel
          id="stuck"
          title="Stuck workflow runs of the last seven days"
          columns={runColumns(call.now, preferencesOf(c).zone)}
          rows={stuck.runs}
          empty="No run was stuck."
        />
      </PanelsMain>
    );
    return renderPage(c, { title: 'Operations', section: 'operations', state, main });
  });
