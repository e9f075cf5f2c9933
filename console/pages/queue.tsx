import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { claimNext } from '../../services/cases/claims.js';
import { listQueue, type QueueQuery } from '../../services/cases/queue.js';
import { countNewCases, readQueueRows } from '../../services/cases/queue-news.js';
import { findCases } from '../../services/cases/search.js';
import { listDeskMembers } from '../../services/desk-figures/figures.js';
import { allow, isAllowed } from '../access.js';
import { actorOf, callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { textIn } from '../forms.js';
import { renderPage, renderPart } from '../layout.js';
import { loadNames } from '../parts/people.js';
import { preferencesOf } from '../preferences.js';
import { SideNews } from '../side.js';
import { loadSideState } from '../side-state.js';
import { caseAddress, filtersOfPage } from './case/from-queue.js';
import { FoundMain, News, QueueMain, Summary } from './queue/main.js';
import {
  type Filters,
  isPlain,
  queueAddress,
  readFilters,
  rowsOnPage,
  toCaseFilter,
  toNextFilter,
  toQueueQuery,
} from './queue/query.js';
import { Row, type RowContext } from './queue/row.js';
import { loadSaving, viewPages } from './queue/views.js';

const rowContext = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  filters?: Filters,
): Promise<RowContext> => ({
  filters,
  now: deps.now(),
  zone: preferencesOf(c).zone,
  settings: deps.settings,
  reader: actorOf(c).name,
  nameOf: await loadNames(deps),
});

const mayAssign = (c: Context<ConsoleEnv>): boolean =>
  isAllowed(c.get('session').account, ['lead']);

const searchOf = (c: Context): URLSearchParams => new URL(c.req.url).searchParams;

/** Counts of closed cases are not cached: the cases are many, and few people look for them. */
const countFiltered = (
  { counts }: ConsoleDeps,
  call: ReturnType<typeof callOf>,
  filters: Filters,
  query: QueueQuery,
): Promise<number> | undefined =>
  filters.status === 'closed'
    ? undefined
    : counts
        .readSaved(call, [{ key: queueAddress(filters), query }], 'soon')
        .then(([count = 0]) => count);

/** Shows the cases of an address, with a sentence about a form that was refused, if one was. */
const showQueue = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  search: URLSearchParams,
  fault?: string,
): Promise<Response> => {
  const { filters, cursor } = readFilters(search);
  const { view = 'all' } = filters;
  const side = loadSideState(deps, c, filters);
  const call = callOf(deps, c);
  const query = toQueueQuery(filters, { cursor, now: call.now });
  // Without filters the number of rows is that of the view.
  const total = isPlain(filters)
    ? side.then(({ counts }) => counts?.[view] ?? 0)
    : countFiltered(deps, call, filters, query);
  const [part, state, context, saving, people] = await Promise.all([
    listQueue(call, query, { total }),
    side,
    rowContext(deps, c, filters),
    loadSaving(deps, c, filters),
    listDeskMembers(call),
  ]);
  const main = (
    <QueueMain
      {...{ part, filters, cursor, context }}
      csrf={c.get('session').csrfToken}
      mayAssign={mayAssign(c)}
      partners={deps.configuredPartners}
      people={people}
      isNoneFree={search.has('none')}
      {...{ saving, state, fault }}
    />
  );
  const page = { title: 'Queue', section: 'queue', state, main } as const;
  return renderPage(c, page, fault === undefined ? 200 : 422);
};

const CaseIds = z.array(z.uuid()).max(rowsOnPage);

/** Rows that changed, as they are now. A script puts them into their places. */
const showRows = async (deps: ConsoleDeps, c: Context<ConsoleEnv>): Promise<Response> => {
  const ids = CaseIds.safeParse(searchOf(c).getAll('case'));
  const rows = ids.success ? await readQueueRows(callOf(deps, c), ids.data) : [];
  const context = await rowContext(deps, c, filtersOfPage(c));
  const table = (
    <table>
      <tbody>
        {rows.map((row) => (
          <Row row={row} context={context} />
        ))}
      </tbody>
    </table>
  );
  return renderPart(c, table);
};

/** A page asks for no more: beyond that its number is only near. */
const newIdsMax = 100;
const NewIds = z.array(z.uuid()).max(newIdsMax);

const Since = z.iso.datetime().transform((text) => new Date(text));

/** How many cases are new since a page was shown, and the counts of now. */
const showNews = async (deps: ConsoleDeps, c: Context<ConsoleEnv>): Promise<Response> => {
  const search = searchOf(c);
  const { filters } = readFilters(search);
  const since = Since.safeParse(search.get('since'));
  const ids = NewIds.safeParse(search.getAll('case'));
  const isCounted =
    since.success &&
    filters.status === undefined &&
    ['all', 'free'].includes(filters.view ?? 'all');
  const call = callOf(deps, c);
  const [count, state] = await Promise.all([
    isCounted
      ? countNewCases(call, {
          ...{ filter: toCaseFilter(filters, call.now), since: since.data },
          ids: ids.data ?? [],
        })
      : 0,
    loadSideState(deps, c, filters, 'now'),
  ]);
  return renderPart(
    c,
    <>
      <News count={count} filters={filters} />
      {state.counts && <Summary counts={state.counts} />}
      <SideNews state={state} />
    </>,
  );
};

/**
 * Finds cases by what a reviewer has. The text may be personal, so it comes in the body and stands
 * in no address. A number that is exactly one order's leads to its case.
 */
const find = async (deps: ConsoleDeps, c: Context<ConsoleEnv>): Promise<Response> => {
  const text = textIn(await c.req.parseBody(), 'find').trim();
  if (text === '') return c.redirect('/console/queue', 303);
  const [rows, state, context, people] = await Promise.all([
    findCases(callOf(deps, c), text),
    loadSideState(deps, c),
    rowContext(deps, c),
    listDeskMembers(deps),
  ]);
  const [only] = rows;
  if (rows.length === 1 && only !== undefined && [only.orderId, only.caseId].includes(text)) {
    return c.redirect(`/console/cases/${only.caseId}`, 303);
  }
  const main = (
    <FoundMain
      {...{ rows, context, text }}
      csrf={c.get('session').csrfToken}
      mayAssign={mayAssign(c)}
      partners={deps.configuredPartners}
      people={people}
    />
  );
  return renderPage(c, { title: 'Found', section: 'queue', state, main });
};

/** Claims the first free case of the reader's filters and opens it. */
const claimFirst = async (deps: ConsoleDeps, c: Context<ConsoleEnv>): Promise<Response> => {
  const from = textIn(await c.req.parseBody(), 'from');
  const search = new URLSearchParams(from.split('?')[1]);
  const call = callOf(deps, c);
  const { filters } = readFilters(search);
  const claimed = await claimNext(call, toNextFilter(filters, call, { isOfHolder: false }));
  if (claimed !== undefined) {
    return c.redirect(caseAddress(claimed.claim.caseId, { filters }), 303);
  }
  search.set('none', '1');
  return c.redirect(`/console/queue?${search.toString()}`, 303);
};

/** The queue, and what acts on it. */
export const queuePages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const reads = allow('reviewer', 'analyst');
  const works = allow('reviewer');
  return new Hono<ConsoleEnv>()
    .get('/queue', reads, (c) => showQueue(deps, c, searchOf(c)))
    .get('/queue/rows', reads, (c) => showRows(deps, c))
    .get('/queue/news', reads, (c) => showNews(deps, c))
    .post('/queue/find', reads, (c) => find(deps, c))
    .post('/queue/next', works, (c) => claimFirst(deps, c))
    .route(
      '/',
      viewPages(deps, (c, search, fault) => showQueue(deps, c, search, fault)),
    );
};
