import { type Dispatcher, request } from 'undici';

/** One answer of the console. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** From the request to the last byte of the answer; milliseconds. */
  readonly ms: number;
  readonly location: string | undefined;
}

/** A signed-in person without a browser; follows no redirect. */
export interface DeskSession {
  readonly get: (path: string) => Promise<Answer>;
  /** Posts a form with the session's token, as htmx does. */
  readonly post: (path: string, fields: Readonly<Record<string, string>>) => Promise<Answer>;
}

const timeoutMs = 30_000;

const csrfIn = (html: string): string => /name="csrf" value="([\w-]+)"/.exec(html)?.[1] ?? '';

const textOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : value?.[0];

const createClient = (url: string, dispatcher: Dispatcher) => {
  const cookies = new Map<string, string>();
  return async (method: 'GET' | 'POST', path: string, form?: Readonly<Record<string, string>>) => {
    const startMs = performance.now();
    const { statusCode, headers, body } = await request(`${url}${path}`, {
      ...{ dispatcher, method, headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
      headers: {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded', 'hx-request': 'true' }),
      },
      body: form ? new URLSearchParams(form).toString() : null,
    });
    const text = await body.text();
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const ms = performance.now() - startMs;
    return { status: statusCode, text, ms, location: textOf(headers['location']) };
  };
};

/** Signs in by the form. Throws when that fails. */
export const signIn = async (
  url: string,
  { name, password }: { readonly name: string; readonly password: string },
  dispatcher: Dispatcher,
): Promise<DeskSession> => {
  const send = createClient(url, dispatcher);
  const form = await send('GET', '/console/sign-in');
  await send('POST', '/console/sign-in', { csrf: csrfIn(form.text), name, password });
  const account = await send('GET', '/console/account');
  if (account.status !== 200) throw new Error(`${name} cannot sign in: ${account.status}`);
  const csrf = csrfIn(account.text);
  return {
    get: (path) => send('GET', path),
    post: (path, fields) => send('POST', path, { csrf, ...fields }),
  };
};
