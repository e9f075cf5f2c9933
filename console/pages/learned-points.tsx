import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { PointsFit } from '../../contracts/v1/points-fits.js';
import { cutText } from '../../contracts/text-limits.js';
import { isUuid } from '../../contracts/uuid.js';
import { cancelPointsFit, startPointsFit } from '../../services/learned-points/create.js';
import {
  listPointsFits,
  readFitCursor,
  readPointsFit,
} from '../../services/learned-points/read.js';
import { allow, isAllowed, NotFound } from '../access.js';
import { callOf, type ConsoleDeps, type ConsoleEnv } from '../deps.js';
import { textIn } from '../forms.js';
import { renderPage, renderPart } from '../layout.js';
import { preferencesOf } from '../preferences.js';
import { loadSideState } from '../side-state.js';
import { FitForm } from './learned-points/form.js';
import { FitList } from './learned-points/list.js';
import { FitProgress, OneFit } from './learned-points/one.js';
import { type FitFields, firstFields, readFields } from './learned-points/request.js';

const fitsOnPage = 50;
const section = 'learned-points';

type Request = Context<ConsoleEnv>;

/** Whether the reader may start and cancel fits, as in the API. */
const mayLearn = (c: Request): boolean => isAllowed(c.get('session').account, ['analyst']);

const fitOf = async (deps: ConsoleDeps, c: Request): Promise<PointsFit> => {
  const fitId = c.req.param('fitId') ?? '';
  const fit = isUuid(fitId) ? await readPointsFit(callOf(deps, c), fitId) : undefined;
  if (fit === undefined) throw new NotFound();
  return fit;
};

const showForm = async (
  deps: ConsoleDeps,
  c: Request,
  { fields, fault }: { readonly fields: FitFields; readonly fault?: string | undefined },
  status: ContentfulStatusCode = 200,
): Promise<Response> => {
  const state = await loadSideState(deps, c);
  const main = <FitForm fields={fields} fault={fault} csrf={c.get('session').csrfToken} />;
  return renderPage(c, { title: 'Learn points', section, state, main }, status);
};

const start = async (deps: ConsoleDeps, c: Request): Promise<Response> => {
  const read = readFields(await c.req.parseBody());
  if (read.kind === 'wrong') return showForm(deps, c, read, 422);
  const call = { ...callOf(deps, c), shipped: deps.shippedRules };
  const started = await startPointsFit(call, read.request);
  switch (started.kind) {
    case 'created':
      return c.redirect(`/console/learned-points/${started.fit.fitId}`, 303);
    case 'wrong_period': {
      const name = started.field === 'from' ? 'Orders from' : 'Labels until';
      const fault = `${name} ${started.message}.`;
      return showForm(deps, c, { fields: read.fields, fault }, 422);
    }
    default:
      return started satisfies never;
  }
};

/** Points learned from labels: what was asked for, how far it is, and what it proposes. */
export const learnedPointsPages = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const [reads, learns] = [allow('analyst', 'reviewer', 'operator'), allow('analyst')];
  const app = new Hono<ConsoleEnv>();
  app.get('/learned-points', reads, async (c) => {
    const call = callOf(deps, c);
    const after = readFitCursor(c.req.query('cursor') ?? '');
    const [page, state] = await Promise.all([
      listPointsFits(call, { after, limit: fitsOnPage }),
      loadSideState(deps, c),
    ]);
    const { zone } = preferencesOf(c);
    const main = <FitList {...page} now={call.now} zone={zone} mayLearn={mayLearn(c)} />;
    return renderPage(c, { title: 'Learned points', section, state, main });
  });
  app.get('/learned-points/new', learns, (c) =>
    showForm(deps, c, { fields: firstFields(deps.now()) }),
  );
  app.post('/learned-points', learns, (c) => start(deps, c));
  app.get('/learned-points/:fitId', reads, async (c) => {
    const [fit, state] = [await fitOf(deps, c), await loadSideState(deps, c)];
    const csrf = mayLearn(c) ? c.get('session').csrfToken : undefined;
    const main = <OneFit fit={fit} csrf={csrf} zone={preferencesOf(c).zone} />;
    return renderPage(c, { title: 'Learned points', section, state, main });
  });
  app.get('/learned-points/:fitId/progress', reads, async (c) => {
    const fit = await fitOf(deps, c);
    // Its end changes the whole page.
    if (fit.state !== 'running') c.header('HX-Refresh', 'true');
    return renderPart(c, <FitProgress fit={fit} />);
  });
  app.post('/learned-points/:fitId/cancel', learns, async (c) => {
    const { fitId } = await fitOf(deps, c);
    const note = textIn(await c.req.parseBody(), 'note').trim();
    await cancelPointsFit(callOf(deps, c), fitId, cutText(note, 'note'));
    return c.redirect(`/console/learned-points/${fitId}`, 303);
  });
  return app;
};
