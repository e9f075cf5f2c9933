import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import { atPresent } from '../services/context.js';
import { findSession } from '../services/accounts/sessions.js';
import { forgetSession, sessionTokenOf } from './cookies.js';
import { carriesToken, isChange } from './csrf.js';
import type { ConsoleDeps, ConsoleEnv } from './deps.js';
import { signInAddress } from './return-path.js';

/** What an account with a password of somebody else's choice may open. */
const openBeforeChange = new Set([
  '/console/account',
  '/console/account/password',
  '/console/sign-out',
]);

/** What a page that only stays open sends by itself: it does not keep the session alive. */
const isSentByItself = (path: string): boolean =>
  /\/(heartbeat|leave|live|progress)$|\/(queue|mentions)\/(news|rows|count)$/.test(path);

/** The page that a request of htmx comes from, as a path. */
const pageOf = (currentUrl: string | undefined): string => {
  if (currentUrl === undefined || !URL.canParse(currentUrl)) return '/console/';
  const { pathname, search } = new URL(currentUrl);
  return `${pathname}${search}`;
};

/**
 * Admits requests with a session and sets it. Others are led to the sign-in: a page by 303, a
 * request of htmx by 401 with `HX-Redirect`. A change needs the session's token as well; without
 * it, or from another site, it gets a 403.
 */
export const guardSession = (deps: Pick<ConsoleDeps, 'db' | 'now'>) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    const token = sessionTokenOf(c);
    const use = { isUse: !isSentByItself(c.req.path) };
    const session =
      token === undefined ? undefined : await findSession(atPresent(deps), token, use);
    if (session === undefined) {
      if (token !== undefined) forgetSession(c);
      if (c.req.header('hx-request') !== undefined) {
        c.header('HX-Redirect', signInAddress(pageOf(c.req.header('hx-current-url'))));
        return c.body(null, 401);
      }
      if (c.req.header('accept')?.includes('text/event-stream')) return c.body(null, 401);
      const { pathname, search } = new URL(c.req.url);
      return c.redirect(signInAddress(isChange(c) ? '/console/' : `${pathname}${search}`), 303);
    }
    if (isChange(c) && !(await carriesToken(c, session.csrfToken))) throw new HTTPException(403);
    c.set('session', session);
    if (session.mustChangePassword && !openBeforeChange.has(c.req.path)) {
      return c.redirect('/console/account', 303);
    }
    return next();
  });
