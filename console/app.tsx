import { Hono, type MiddlewareHandler } from 'hono';
import { setCookie } from 'hono/cookie';
import { matchedRoutes } from 'hono/route';
import { NotFound } from './access.js';
import { createAssets } from './assets.js';
import type { ConsoleDeps, ConsoleEnv } from './deps.js';
import { consoleHeaders } from './headers.js';
import { accountPages } from './pages/account.js';
import { answerError } from './pages/error.js';
import { signInPages } from './pages/sign-in.js';
import { guardSession } from './session.js';

/**
 * A path that only middleware matches has no page. A handler for every path would hide the pages'
 * own patterns from logs and metrics.
 */
const refuseUnknown: MiddlewareHandler<ConsoleEnv> = async (c, next) => {
  if (matchedRoutes(c).every(({ path }) => path.endsWith('*'))) throw new NotFound();
  await next();
};

const themeSeconds = 31_536_000;

/** The theme switch for a browser without script. */
const themePages = (): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>().post('/theme', async (c) => {
    const { theme } = await c.req.parseBody();
    setCookie(c, 'verdict_theme', theme === 'dark' ? 'dark' : 'light', {
      path: '/console',
      maxAge: themeSeconds,
      sameSite: 'Lax',
    });
    return c.redirect('/console/', 303);
  });

/** Pages that need a session. Each declares its paths below `/console` and who may open it. */
const pages: readonly ((deps: ConsoleDeps) => Hono<ConsoleEnv>)[] = [themePages, accountPages];

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
  app.get('/console/', (c) => c.redirect('/console/queue', 303));
  for (const page of pages) app.route('/console', page(deps));
  return app;
};
