import type { Context } from 'hono';
import type { QueueView } from '../contracts/v1/queries.js';
import { countDecidedToday } from '../services/desk-figures/figures.js';
import { isAllowed } from './access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from './deps.js';
import { preferencesOf } from './preferences.js';
import type { SideState } from './side.js';

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

/**
 * Loads what the side shows to this account. `current` is the view of the page, if it has one;
 * `when` says whether the counts must be right at once.
 */
export const loadSideState = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  current?: QueueView,
  when: 'now' | 'soon' = 'soon',
): Promise<SideState> => {
  if (!isAllowed(c.get('session').account, ['reviewer', 'analyst'])) return {};
  const call = callOf(deps, c);
  const isReviewer = isAllowed(c.get('session').account, ['reviewer']);
  const today = { reviewer: call.actor.name, zone: preferencesOf(c).zone };
  const [counts, decidedToday] = await Promise.all([
    deps.counts.read(call, when),
    isReviewer ? countDecidedToday(call, today) : undefined,
  ]);
  return {
    ...{ counts, decidedToday },
    views: builtInViews.map(([view, label]) => ({
      label,
      address: view === 'all' ? '/console/queue' : `/console/queue?view=${view}`,
      count: counts[view],
      isCurrent: view === current,
    })),
  };
};
