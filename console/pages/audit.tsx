import { type Context, Hono } from 'hono';
import type { AuditPage } from '../../contracts/v1/audit.js';
import { listAuditPage, readAuditCursor } from '../../services/audit.js';
import { allow, isAllowed } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Button } from '../parts/controls.js';
import { Moment } from '../parts/format.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { counted } from '../words.js';

const entriesOnPage = 50;
const textMax = 200;

type Entry = AuditPage['entries'][number];
type Filter = Readonly<Record<'object' | 'action' | 'actor', string | undefined>>;

const shortMax = 100;

/** One detail in a few words; a list only by its length. */
const shortText = ([name, value]: [string, unknown]): string =>
  `${name}: ${Array.isArray(value) ? counted(value.length, 'value') : JSON.stringify(value)}`;

/** Details in one line where they fit, else behind one. */
const Details = ({ details }: { details: Entry['details'] }) => {
  const whole = Object.keys(details).length === 0 ? '' : JSON.stringify(details);
  if (whole.length <= shortMax) return <code class="soft details">{whole}</code>;
  const short = Object.entries(details).map(shortText).join(', ');
  return (
    <details>
      <summary>{short.length > shortMax ? `${short.slice(0, shortMax)}…` : short}</summary>
      <code class="soft details">{whole}</code>
    </details>
  );
};

/** What an entry is about; an order leads to its page where the reader may open it. */
const Subject = ({ object, opensOrders }: { object: string; opensOrders: boolean }) =>
  opensOrders && object.startsWith('tx_') ? (
    <a class="mono" href={`/console/orders/${encodeURIComponent(object)}`}>
      {object}
    </a>
  ) : (
    <span class="mono">{object}</span>
  );

const columnsOf = (zone: string, opensOrders: boolean): readonly Column<Entry>[] => [
  { heading: 'When', isNarrow: true, cell: ({ at }) => <Moment at={new Date(at)} zone={zone} /> },
  { heading: 'Who', isNarrow: true, cell: ({ actor }) => actor },
  { heading: 'What', isName: true, isNarrow: true, cell: ({ action }) => action },
  {
    heading: 'Object',
    isNarrow: true,
    cell: ({ object }) => <Subject object={object} opensOrders={opensOrders} />,
  },
  {
    heading: 'Details',
    cell: ({ details }) => <Details details={details} />,
  },
];

/** In the order of the columns. */
const names = ['actor', 'action', 'object'] as const;
const labels = { actor: 'Who', action: 'What', object: 'Object' } as const;

const FilterForm = ({ filter }: { filter: Filter }) => (
  <form class="filters" action="/console/audit" data-drop-empty aria-label="Filter the audit trail">
    {names.map((name) => (
      <label class="field-of">
        <span>{labels[name]}</span>
        <input
          class="field"
          name={name}
          value={filter[name]}
          maxlength={textMax}
          autocomplete="off"
        />
      </label>
    ))}
    <Button type="submit">Show</Button>
    {names.some((name) => filter[name] !== undefined) && (
      <a class="btn" data-kind="quiet" href="/console/audit">
        Clear all
      </a>
    )}
  </form>
);

const filterOf = (c: Context): Filter => {
  const read = (name: string) => c.req.query(name)?.trim().slice(0, textMax) || undefined;
  return { object: read('object'), action: read('action'), actor: read('actor') };
};

const pageAddress = (filter: Filter, cursor: string): string => {
  const given = Object.entries({ ...filter, cursor }).filter(([, value]) => value !== undefined);
  return `/console/audit?${new URLSearchParams(given as [string, string][]).toString()}`;
};

/** The audit trail: what was done, by whom and when, latest first. */
export const auditPages = (deps: ConsoleDeps): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().get('/audit', allow('analyst', 'operator'), async (c) => {
    const filter = filterOf(c);
    const after = readAuditCursor(c.req.query('cursor') ?? '');
    const [{ entries, nextCursor }, state] = await Promise.all([
      listAuditPage(callOf(deps, c), { filter, after, limit: entriesOnPage }),
      loadSideState(deps, c),
    ]);
    const main = (
      <PanelsMain title="Audit" lead="What was done, by whom and when; the latest first">
        <FilterForm filter={filter} />
        <TablePanel
          id="audit"
          title="Entries"
          columns={columnsOf(
            preferencesOf(c).zone,
            isAllowed(c.get('session').account, ['reviewer', 'analyst']),
          )}
          rows={entries}
          empty={
            nextCursor === null
              ? 'No entry passes these filters.'
              : 'None of the 5,000 entries that were looked through passes these filters.'
          }
          foot={nextCursor && <a href={pageAddress(filter, nextCursor)}>Earlier entries</a>}
        />
      </PanelsMain>
    );
    return renderPage(c, { title: 'Audit', section: 'audit', state, main });
  });
