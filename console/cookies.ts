import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { CookieOptions } from 'hono/utils/cookie';
import { sessionMs } from '../services/accounts/sessions.js';
import { browserMs } from '../services/accounts/sign-in.js';

const names = {
  session: 'verdict_session',
  /** Says that this browser has signed in before; it opens nothing. */
  browser: 'verdict_browser',
  /** The other half of the sign-in form's hidden field. */
  signIn: 'verdict_sign_in',
} as const;

const secondMs = 1000;

/** A proxy that ends TLS says so; whoever lies about it only marks a cookie of their own. */
const isSecure = (c: Context): boolean =>
  c.req.header('x-forwarded-proto') === 'https' || new URL(c.req.url).protocol === 'https:';

const optionsOf = (c: Context, sameSite: 'Lax' | 'Strict'): CookieOptions => ({
  ...{ path: '/console', httpOnly: true, sameSite, secure: isSecure(c) },
});

export const sessionTokenOf = (c: Context): string | undefined => getCookie(c, names.session);

export const keepSession = (c: Context, token: string): void => {
  // Lax, so that a link in a mail opens the case and not the sign-in.
  setCookie(c, names.session, token, { ...optionsOf(c, 'Lax'), maxAge: sessionMs / secondMs });
};

export const forgetSession = (c: Context): void => {
  deleteCookie(c, names.session, { path: '/console' });
};

export const browserTokenOf = (c: Context): string | undefined => {
  const token = getCookie(c, names.browser);
  return token !== undefined && /^[\w-]{43}$/.test(token) ? token : undefined;
};

export const keepBrowserToken = (c: Context, token: string): void => {
  setCookie(c, names.browser, token, { ...optionsOf(c, 'Strict'), maxAge: browserMs / secondMs });
};

export const signInTokenOf = (c: Context): string | undefined => getCookie(c, names.signIn);

export const keepSignInToken = (c: Context, token: string): void => {
  setCookie(c, names.signIn, token, optionsOf(c, 'Strict'));
};
