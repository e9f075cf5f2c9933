import { type Context, Hono } from 'hono';
import { isUuid } from '../../../contracts/uuid.js';
import { SavedViewRequest } from '../../../contracts/v1/case-work.js';
import { listViews, removeView, type SavedView, saveView } from '../../../services/cases/views.js';
import { allow, NotFound } from '../../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../../deps.js';
import { textIn } from '../../forms.js';
import { Button, CsrfField } from '../../parts/controls.js';
import { printWhole } from '../../../domain/case/figures.js';
import { Icon } from '../../parts/icon.js';
import { filtersOf, mayHaveViews } from '../../side-state.js';
import type { SideState, SideView } from '../../side.js';
import { type Filters, queueAddress, readFilters } from './query.js';

/** What the reader may do with the filters of the page as a view. */
export interface Saving {
  /** The reader's own view with these filters. */
  readonly own: SavedView | undefined;
}

const queryOf = (filters: Filters): string => queueAddress(filters).split('?')[1] ?? '';

/** Undefined where nothing can be saved: without a filter, or for a role that has no views. */
export const loadSaving = async (
  deps: ConsoleDeps,
  c: Context<ConsoleEnv>,
  filters: Filters,
): Promise<Saving | undefined> => {
  if (!mayHaveViews(c) || queryOf(filters) === '') return undefined;
  const address = queueAddress(filters);
  const views = await listViews(callOf(deps, c));
  return {
    own: views.find((view) => view.isOwn && queueAddress(filtersOf(view)) === address),
  };
};

const nameMax = 80;

const RemoveForm = ({ view, csrf }: { view: SavedView; csrf: string }) => (
  <form class="foot" method="post" action={`/console/queue/views/${view.viewId}/removal`}>
    <CsrfField token={csrf} />
    <Button type="submit" size="s" kind="quiet" icon="close">
      Remove this view
    </Button>
  </form>
);

/** Saves the filters of the page under a name. */
export const SaveView = (props: { filters: Filters; saving: Saving; csrf: string }) => {
  const { own } = props.saving;
  return (
    <>
      <button
        class="btn filter"
        type="button"
        popovertarget="save-view"
        data-set={own === undefined ? undefined : 'true'}
      >
        {own === undefined ? (
          'Save view'
        ) : (
          <>
            Saved as <b class="cut">{own.name}</b>
          </>
        )}
        <Icon of="chevron" />
      </button>
      <div class="pop filter-pop" popover="auto" id="save-view" role="group" aria-label="Save view">
        <form class="stack" method="post" action="/console/queue/views">
          <CsrfField token={props.csrf} />
          <input type="hidden" name="query" value={queryOf(props.filters)} />
          <label class="label-of">
            Name
            <input
              class="field"
              type="text"
              name="name"
              value={own?.name}
              required
              maxlength={nameMax}
              autocomplete="off"
              autofocus
            />
          </label>
          <label class="tick">
            <input type="checkbox" name="shared" value="true" checked={own?.isShared === true} />
            Shared with all reviewers
          </label>
          <p class="foot">
            <Button type="submit" kind="main" size="s">
              Save view
            </Button>
          </p>
        </form>
        {own && <RemoveForm view={own} csrf={props.csrf} />}
      </div>
    </>
  );
};

const ViewLink = ({ view: { label, address, count, isCurrent } }: { view: SideView }) => (
  <li>
    <a href={address} aria-current={isCurrent ? 'true' : undefined}>
      <bdi class="cut">{label}</bdi>
      <span class="count">{printWhole(count)}</span>
    </a>
  </li>
);

/** The views of the side, for a screen that is too narrow for them there. */
export const NarrowViews = ({ state: { views = [], saved = [] } }: { state: SideState }) => {
  const all = [...views, ...saved];
  const current = all.find(({ isCurrent }) => isCurrent);
  return (
    <>
      <button class="btn filter narrow" type="button" popovertarget="view-list" data-set="true">
        View <b class="cut">{current?.label ?? 'Filtered'}</b>
        <Icon of="chevron" />
      </button>
      <div class="pop filter-pop" popover="auto" id="view-list" role="group" aria-label="Views">
        <ul class="nav view-list">
          {all.map((view) => (
            <ViewLink view={view} />
          ))}
        </ul>
      </div>
    </>
  );
};

/** Saving and removing views. `showFault` shows the queue with a sentence about what was wrong. */
export const viewPages = (
  deps: ConsoleDeps,
  showFault: (c: Context<ConsoleEnv>, search: URLSearchParams, fault: string) => Promise<Response>,
): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>()
    .post('/queue/views', allow('reviewer'), async (c) => {
      const form = await c.req.parseBody();
      const search = new URLSearchParams(textIn(form, 'query'));
      const { filters } = readFilters(search);
      const request = SavedViewRequest.safeParse({
        name: textIn(form, 'name'),
        query: queryOf(filters),
        isShared: textIn(form, 'shared') !== '',
      });
      if (!request.success) {
        return showFault(c, search, 'The view was not saved: it needs a name and a filter.');
      }
      await saveView(callOf(deps, c), request.data);
      return c.redirect(queueAddress(filters), 303);
    })
    .post('/queue/views/:viewId/removal', allow('reviewer'), async (c) => {
      const viewId = c.req.param('viewId');
      const isRemoved =
        isUuid(viewId) && (await removeView(callOf(deps, c), viewId, { isLead: false }));
      if (!isRemoved) throw new NotFound();
      return c.redirect('/console/queue', 303);
    });
