import { Hono, type MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { NotFound } from './access.js';
import { createAssets } from './assets.js';
import type { ConsoleDeps, ConsoleEnv } from './deps.js';
import { consoleHeaders } from './headers.js';
import { accountPages } from './pages/account.js';
import { accountsPages } from './pages/accounts.js';
import { alertPages } from './pages/alerts.js';
import { auditPages } from './pages/audit.js';
import { bulkPages } from './pages/bulk.js';
import { casePages } from './pages/case.js';
import { draftPages } from './pages/drafts.js';
import { driftPages } from './pages/drift.js';
import { answerError } from './pages/error.js';
import { flagGuardPages } from './pages/flag-guard.js';
import { importPages } from './pages/imports.js';
import { keysPages } from './pages/keys.js';
import { learnedPointsPages } from './pages/learned-points.js';
import { listPages } from './pages/lists.js';
import { livePages } from './pages/live.js';
import { mePages } from './pages/me.js';
import { mentionPages } from './pages/mentions.js';
import { operationPages } from './pages/operations.js';
import { orderPages } from './pages/orders.js';
import { overviewPages } from './pages/overview.js';
import { partnerPages } from './pages/partners.js';
import { preferencePages } from './pages/preferences.js';
import { queuePages } from './pages/queue.js';
import { signInPages } from './pages/sign-in.js';
import { backtestPages } from './pages/backtests.js';
import { labelPages } from './pages/labels.js';
import { policyPages } from './pages/policies.js';
import { rulePages } from './pages/rules.js';
import { teamPages } from './pages/team.js';
import { trialPages } from './pages/trials.js';
import { homeOf } from './sections.js';
import { guardSession } from './session.js';

/**
 * A path that only middleware or the files match has no page: the files' handler passes on what it
 * does not have. A handler for every path would hide the pages' own patterns from logs and metrics.
 */
const refuseUnknown: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
  const isPage = ({ path }: { readonly path: string }) => !/(\*|\/assets\/:name)$/.test(path);
  if (!matchedRoutes(c).some(isPage)) throw new NotFound();
  await next();
};

/** Pages that need a session. Each declares its paths below `/console` and who may open it. */
const pages: readonly ((deps: ConsoleDeps) => Hono<ConsoleEnv>)[] = [
  accountPages,
  accountsPages,
  alertPages,
  auditPages,
  backtestPages,
  bulkPages,
  casePages,
  draftPages,
  driftPages,
  flagGuardPages,
  importPages,
  keysPages,
  labelPages,
  learnedPointsPages,
  listPages,
  livePages,
  mePages,
  mentionPages,
  operationPages,
  orderPages,
  overviewPages,
  partnerPages,
  policyPages,
  preferencePages,
  queuePages,
  rulePages,
  teamPages,
  trialPages,
];

/** The console: everything below `/console`, and `/`, which leads there. */
export const createConsole = (deps: ConsoleDeps): Hono<ConsoleEnv> => {
  const app = new Hono<ConsoleEnv>();
  app.onError((error, c) => answerError(deps, error, c));
  app.get('/', (c) => c.redirect('/console/', 303));
  app.use('/console/*', consoleHeaders);
  app.route('/console', createAssets());
  app.route('/console', signInPages(deps));
  app.use('/console/*', guardSession(deps), refuseUnknown);
  app.get('/console', (c) => c.redirect('/console/', 303));
  app.get('/console/', (c) => c.redirect(homeOf(c.get('session').account), 303));
  for (const page of pages) app.route('/console', page(deps));
  return app;
};
