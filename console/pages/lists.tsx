import { Hono } from 'hono';
import type { EntryPage, List } from '../../contracts/v1/lists.js';
import { listEntries, listLists, readEntryCursor } from '../../services/lists/lists.js';
import { allow, NotFound } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { renderPage } from '../layout.js';
import { Day } from '../parts/format.js';
import { StateMark, Unsaid } from '../parts/state.js';
import { type Column, PanelsMain, TablePanel } from '../parts/table.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';

const entriesOnPage = 50;

const kindWords = { allow: 'Allow', block: 'Block', values: 'Values' } as const;
const stateWords = { live: 'Live', expired: 'Expired', removed: 'Removed' } as const;

const addressOf = (name: string): string => `/console/lists/${encodeURIComponent(name)}`;

const listColumns = (zone: string): readonly Column<List>[] => [
  {
    heading: 'List',
    isName: true,
    isNarrow: true,
    cell: ({ name }) => <a href={addressOf(name)}>{name}</a>,
  },
  { heading: 'Does', isNarrow: true, cell: ({ kind }) => kindWords[kind] },
  {
    heading: 'Holds',
    isNarrow: true,
    cell: ({ valueKind }) => valueKind?.replaceAll('_', ' ') ?? 'every kind',
  },
  { heading: 'What for', cell: ({ description }) => description },
  { heading: 'Made by', isNarrow: true, cell: ({ createdBy }) => createdBy },
  {
    heading: 'Since',
    isNarrow: true,
    cell: ({ createdAt }) => <Day at={new Date(createdAt)} zone={zone} />,
  },
];

type Entry = EntryPage['entries'][number];

const entryColumns = (zone: string): readonly Column<Entry>[] => [
  {
    heading: 'Entry',
    isName: true,
    cell: ({ hint }) => <span class="mono">{hint}</span>,
  },
  { heading: 'Kind', isNarrow: true, cell: ({ kind }) => kind.replaceAll('_', ' ') },
  {
    heading: 'State',
    isNarrow: true,
    cell: ({ state }) => (
      <StateMark is={state === 'live' ? 'ok' : 'none'}>{stateWords[state]}</StateMark>
    ),
  },
  { heading: 'Why', cell: ({ reason }) => reason },
  {
    heading: 'Until',
    isNarrow: true,
    cell: ({ expiresAt }) =>
      expiresAt === null ? <Unsaid>no end</Unsaid> : <Day at={new Date(expiresAt)} zone={zone} />,
  },
  { heading: 'By', isNarrow: true, cell: ({ author }) => author },
  {
    heading: 'Added',
    isNarrow: true,
    cell: ({ createdAt }) => <Day at={new Date(createdAt)} zone={zone} />,
  },
];

/** The lists and their entries. Of personal values only a hint is stored. */
export const listPages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const reads = allow('analyst', 'reviewer', 'operator');
  return new Hono<ConsoleEnv>()
    .get('/lists', reads, async (c) => {
      const [lists, state] = await Promise.all([
        listLists(callOf(deps, c)),
        loadSideState(deps, c),
      ]);
      const main = (
        <PanelsMain title="Lists" lead="What rules look up, and whom they allow or block">
          <TablePanel
            id="lists"
            title="All lists"
            columns={listColumns(preferencesOf(c).zone)}
            rows={lists}
            empty="There is no list yet. An analyst creates one through the API."
          />
        </PanelsMain>
      );
      return renderPage(c, { title: 'Lists', section: 'lists', state, main });
    })
    .get('/lists/:name', reads, async (c) => {
      const list = c.req.param('name');
      const beforePosition = readEntryCursor(c.req.query('cursor') ?? '');
      const [page, state] = await Promise.all([
        listEntries(callOf(deps, c), { list, beforePosition, limit: entriesOnPage }),
        loadSideState(deps, c),
      ]);
      if (page === undefined) throw new NotFound();
      const main = (
        <PanelsMain title={list} lead={<a href="/console/lists">All lists</a>}>
          <TablePanel
            id="entries"
            title="Entries, newest first"
            columns={entryColumns(preferencesOf(c).zone)}
            rows={page.entries}
            empty="The list has no entry."
            foot={
              page.nextCursor && (
                <a href={`${addressOf(list)}?cursor=${encodeURIComponent(page.nextCursor)}`}>
                  Older entries
                </a>
              )
            }
          />
        </PanelsMain>
      );
      return renderPage(c, { title: 'List', section: 'lists', state, main });
    });
};
