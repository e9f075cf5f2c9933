import { Hono } from 'hono';
import type { PartnerState } from '../../contracts/v1/partners.js';
import { listPartners } from '../../services/partners/health.js';
import { allow } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Age } from '../parts/format.js';
import { StateMark, Unsaid } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { counted, partnerWords } from '../words.js';

const breakerWords = {
  closed: 'Closed, calls pass',
  half_open: 'Half open, being tried',
  open: 'Open, not asked',
} as const;

const Breaker = ({ partner }: { partner: PartnerState }) => {
  if (!partner.configured) return <Unsaid>no address</Unsaid>;
  if (partner.breaker === null) return <Unsaid>no worker reports</Unsaid>;
  return (
    <StateMark is={partner.breaker === 'closed' ? 'ok' : 'down'}>
      {breakerWords[partner.breaker]}
    </StateMark>
  );
};

const Milliseconds = ({ ms }: { ms: number | null | undefined }) =>
  ms === null || ms === undefined ? <Unsaid>none yet</Unsaid> : `${Math.round(ms)} ms`;

const Lever = ({ partner }: { partner: PartnerState }) =>
  partner.state === 'on' ? (
    <StateMark is="ok">On</StateMark>
  ) : (
    <StateMark is="down" title={partner.reason ?? undefined}>
      Off
    </StateMark>
  );

const columnsOf = (now: Date, zone: string): readonly Column<PartnerState>[] => [
  { heading: 'Partner', isName: true, isNarrow: true, cell: ({ name }) => partnerWords[name] },
  { heading: 'Lever', isNarrow: true, cell: (partner) => <Lever partner={partner} /> },
  { heading: 'Breaker', isNarrow: true, cell: (partner) => <Breaker partner={partner} /> },
  {
    heading: 'Half within',
    isNumber: true,
    cell: ({ latency }) => <Milliseconds ms={latency?.p50Ms} />,
  },
  {
    heading: '95 % within',
    isNumber: true,
    cell: ({ latency }) => <Milliseconds ms={latency?.p95Ms} />,
  },
  {
    heading: '99 % within',
    isNumber: true,
    cell: ({ latency }) => <Milliseconds ms={latency?.p99Ms} />,
  },
  { heading: 'Checks', isNumber: true, cell: ({ latency }) => latency?.checks ?? 0 },
  { heading: 'Workers', isNumber: true, cell: ({ workers }) => workers.length },
  {
    heading: 'Lever moved',
    cell: ({ changedAt, changedBy, reason }) =>
      changedAt === null ? (
        <Unsaid>never</Unsaid>
      ) : (
        <>
          <Age at={new Date(changedAt)} now={now} zone={zone} /> ago by {changedBy}: {reason}
        </>
      ),
  },
];

/** The partners as the live workers report them. */
export const partnerPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/partners', allow('operator', 'analyst'), async (c) => {
    const call = callOf(deps, c);
    const [partners, state] = await Promise.all([
      listPartners(call, { configured: deps.configuredPartners }),
      loadSideState(deps, c),
    ]);
    const down = partners.filter(
      ({ breaker, state: lever }) => lever === 'off' || breaker === 'open',
    );
    const main = (
      <PanelsMain
        title="Partners"
        lead={down.length === 0 ? 'All are asked' : `${counted(down.length, 'partner')} not asked`}
      >
        <TablePanel
          id="partners"
          title="State and times"
          columns={columnsOf(call.now, preferencesOf(c).zone)}
          rows={partners}
          empty="No partner has an address."
          foot="Times are those of the latest checks, of the worker with the slowest ones."
        />
      </PanelsMain>
    );
    return renderPage(c, { title: 'Partners', section: 'partners', state, main });
  });
