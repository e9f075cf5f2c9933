import { Hono, type Context } from 'hono';
import { setCookie } from 'hono/cookie';
import type { ConsoleEnv } from '../deps.js';

const yearSeconds = 31_536_000;

const keep = (c: Context, name: string, value: string): void =>
  setCookie(c, name, value, {
    path: '/console',
    maxAge: yearSeconds,
    sameSite: 'Lax',
    secure: new URL(c.req.url).protocol === 'https:',
  });

/** How this browser shows the console, for browsers without script and for the list of keys. */
export const preferencePages = (): Hono<ConsoleEnv> =>
  new Hono<ConsoleEnv>()
    .post('/theme', async (c) => {
      const { theme } = await c.req.parseBody();
      keep(c, 'verdict_theme', theme === 'dark' ? 'dark' : 'light');
      return c.redirect('/console/', 303);
    })
    .post('/keys', async (c) => {
      const { keys } = await c.req.parseBody();
      keep(c, 'verdict_keys', keys === 'off' ? 'off' : 'on');
      return c.redirect('/console/keys', 303);
    });
