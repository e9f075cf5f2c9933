const home = '/console/';

/** Pages that nobody returns to after signing in. */
const outside = /^\/console\/(sign-in|sign-out|enter|assets)(\/|$)/;

/** A base that no request has: a path that leads elsewhere shows itself. */
const base = 'http://console.invalid';

/**
 * The page of the console that a text names, with its query; the first page when it names none. So
 * no link to the sign-in leads to another site.
 */
export const safeReturnPath = (text: string | undefined): string => {
  if (text === undefined || !text.startsWith('/') || !URL.canParse(text, base)) return home;
  const { origin, pathname, search } = new URL(text, base);
  const isOurs = origin === base && pathname.startsWith(home) && !pathname.includes('//');
  return isOurs && !outside.test(pathname) ? `${pathname}${search}` : home;
};

/** The sign-in that leads back to a page. */
export const signInAddress = (path: string): string =>
  `/console/sign-in?return=${encodeURIComponent(safeReturnPath(path))}`;
