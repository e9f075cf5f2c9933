import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** Whether a request changes something. */
export const isChange = (c: Context): boolean => !['GET', 'HEAD'].includes(c.req.method);

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;

/**
 * Refuses a change that another site's page sends. Browsers that do not say the site give the
 * origin, which is `null` for a form of a page that sends no referrer: then the token alone counts.
 */
const refuseForeign = (c: Context): void => {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin') ?? 'null';
  const isOurs =
    site === undefined
      ? origin === 'null' || hostOf(origin) === c.req.header('host')
      : site === 'same-origin' || site === 'none';
  if (!isOurs) throw new HTTPException(403);
};

const isForm = (c: Context): boolean =>
  /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(
    c.req.header('content-type') ?? '',
  );

/** The token that a request carries: in a header by script, in a hidden field by a form. */
const givenToken = async (c: Context): Promise<string | undefined> => {
  const header = c.req.header('x-csrf-token');
  if (header !== undefined || !isForm(c)) return header;
  // A body that is no form, whatever its header says, carries none.
  const { csrf } = await c.req.parseBody().catch(() => ({ csrf: undefined }));
  return typeof csrf === 'string' ? csrf : undefined;
};

const isEqual = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** Whether a change carries this token. Throws a 403 for a request of another site. */
export const carriesToken = async (c: Context, token: string | undefined): Promise<boolean> => {
  refuseForeign(c);
  const given = await givenToken(c);
  return token !== undefined && given !== undefined && isEqual(given, token);
};
