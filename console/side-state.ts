import type { Context } from 'hono';
import type { QueueView } from '../contracts/v1/queries.js';
import { countMentions } from '../services/cases/mentions.js';
import { listViews, type SavedView } from '../services/cases/views.js';
import { countDecidedToday } from '../services/desk-figures/figures.js';
import { isAllowed } from './access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from './deps.js';
import {
  type Filters,
  isPlain,
  queueAddress,
  readFilters,
  toQueueQuery,
} from './pages/queue/query.js';
import { loadNames } from './parts/people.js';
import { preferencesOf } from './preferences.js';
import type { CountedWhen } from './queue-counts.js';
import type { SideState, SideView } from './side.js';

/** The views that everybody has. */
const builtInViews = [
  ['all', 'By priority'],
  ['mine', 'Mine'],
  ['free', 'Nobody’s'],
  ['overdue', 'Overdue'],
  ['escalated', 'Escalated'],
  ['second', 'Second look'],
  ['held', 'On hold'],
] as const satisfies readonly (readonly [QueueView, string])[];

/** What the queue with these filters is called. */
export const queueName = (filters: Filters): string => {
  const [, label] = builtInViews.find(([view]) => view === (filters.view ?? 'all')) ?? [];
  return isPlain(filters) ? (label ?? '') : `${label}, filtered`;
};

/** So many views are shown with their counts; of those that others share, the last are left out. */
const savedMax = 20;

/** The filters that a saved view stands for. */
export const filtersOf = ({ query }: Pick<SavedView, 'query'>): Filters =>
  readFilters(new URLSearchParams(query)).filters;

/** Who may save views, and sees those that others share. */
export const mayHaveViews = (c: Context<ConsoleEnv>): boolean =>
  isAllowed(c.get('session').account, ['reviewer']);

const loadSaved = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  { current, when }: { readonly current: string | undefined; readonly when: CountedWhen },
): Promise<readonly SideView[]> => {
  if (!mayHaveViews(c)) return [];
  const call = callOf(deps, c);
  const listed = (await listViews(call)).slice(0, savedMax);
  if (listed.length === 0) return [];
  const nameOf = await loadNames(call);
  const views = listed.map((view) => {
    const filters = filtersOf(view);
    return { view, address: queueAddress(filters), query: toQueueQuery(filters, call) };
  });
  const counts = await deps.counts.readSaved(
    call,
    views.map(({ address: key, query }) => ({ key, query })),
    when,
  );
  return views.map(({ view, address }, index) => ({
    label: view.name,
    address,
    count: counts[index] ?? 0,
    isCurrent: address === current,
    owner: view.isOwn ? undefined : nameOf(view.owner),
  }));
};

/**
 * Loads what the side shows to this account. `filters` are those of the page, if it is the queue;
 * `when` says whether the counts must be right at once.
 */
export const loadSideState = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  filters?: Filters,
  when: CountedWhen = 'soon',
): Promise<SideState> => {
  if (!isAllowed(c.get('session').account, ['reviewer', 'analyst'])) return {};
  const call = callOf(deps, c);
  const isReviewer = isAllowed(c.get('session').account, ['reviewer']);
  const today = { reviewer: call.actor.name, zone: preferencesOf(c).zone };
  const current = filters && queueAddress(filters);
  const [counts, saved, mentions, decidedToday] = await Promise.all([
    deps.counts.read(call, when),
    loadSaved(deps, c, { current, when }),
    countMentions(call),
    isReviewer ? countDecidedToday(call, today) : undefined,
  ]);
  const isSaved = saved.some(({ isCurrent }) => isCurrent);
  return {
    ...{ counts, saved, mentions, decidedToday },
    views: builtInViews.map(([view, label]) => ({
      label,
      address: queueAddress({ view }),
      count: counts[view],
      isCurrent: !isSaved && filters !== undefined && view === (filters.view ?? 'all'),
    })),
  };
};
