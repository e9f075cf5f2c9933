import { expect } from 'vitest';

/** A browser without script: keeps cookies, follows no redirect by itself. */
export interface ConsoleClient {
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>;
  /** Posts a form. */
  readonly post: (
    path: string,
    fields: Readonly<Record<string, string>> | URLSearchParams,
    headers?: Record<string, string>,
  ) => Promise<Response>;
  /** Signs in by the form and returns the answer. */
  readonly signIn: (name: string, password: string) => Promise<Response>;
  /** The token that forms of this session carry. */
  readonly csrf: () => Promise<string>;
  readonly cookies: ReadonlyMap<string, string>;
}

const csrfIn = (html: string): string => /name="csrf" value="([\w-]+)"/.exec(html)?.[1] ?? '';

export const createConsoleClient = (url: string): ConsoleClient => {
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit, headers: Record<string, string>) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${url}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { ...(cookie !== '' && { cookie }), ...headers },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  const get: ConsoleClient['get'] = (path, headers = {}) => send(path, {}, headers);
  const post: ConsoleClient['post'] = (path, fields, headers = {}) =>
    send(path, { method: 'POST', body: new URLSearchParams(fields) }, headers);
  const csrf = async () => {
    const page = await get('/console/account');
    expect(page.status).toBe(200);
    return csrfIn(await page.text());
  };
  return {
    get,
    post,
    csrf,
    cookies,
    signIn: async (name, password) => {
      const form = await get('/console/sign-in');
      const fields = { csrf: csrfIn(await form.text()), name, password };
      return post('/console/sign-in', fields);
    },
  };
};
