import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEntry } from '../../services/accounts/sessions.js';
import { createConsoleClient } from '../support/console-client.js';
import { createLeakScan } from '../support/leak-scan.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

/** As they are given in the accounts file. */
const passwords = {
  reviewer: 'quince-lantern-84-harbour',
  operator: 'sorrel-anvil-19-meadow',
  admin: 'tamarisk-otter-52-gable',
};
const wrong = 'marzipan-wrong-guess-77';

let folder: TempDir;
let stack: Stack;
/** Tokens of cookies, forms and links that were in use. */
const tokens: string[] = [];

const client = () => createConsoleClient(stack.url);

const signedIn = async (name: keyof typeof passwords) => {
  const browser = client();
  const answer = await browser.signIn(name, passwords[name]);
  expect(answer.status).toBe(303);
  tokens.push(...browser.cookies.values());
  return browser;
};

beforeAll(async () => {
  folder = makeTempDir();
  const path = join(folder.path, 'accounts.json');
  writeFileSync(path, JSON.stringify(passwords), { mode: 0o600 });
  stack = await startStack({ ACCOUNTS_FILE: path, LOG_LEVEL: 'trace' });
});
afterAll(async () => {
  await stack?.stop();
  folder?.remove();
});

describe('without a session', () => {
  it.each([
    ['/console/cases/7?tab=links', '/console/cases/7?tab=links'],
    ['/console/', '/console/'],
    ['/console/no-such-page', '/console/no-such-page'],
  ])('%s leads to the sign-in, which leads back', async (path, back) => {
    const answer = await client().get(path);
    expect(answer.status).toBe(303);
    const address = `/console/sign-in?return=${encodeURIComponent(back)}`;
    expect(answer.headers.get('location')).toBe(address);
  });

  it('a part of a page that htmx asks for makes the whole page go to the sign-in', async () => {
    const answer = await client().get('/console/queue?part=rows', {
      'hx-request': 'true',
      'hx-current-url': `${stack.url}/console/queue?view=mine`,
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('hx-redirect')).toBe(
      `/console/sign-in?return=${encodeURIComponent('/console/queue?view=mine')}`,
    );
  });

  it('a change leads to the sign-in too, and does nothing', async () => {
    const answer = await client().post('/console/account/sign-out-everywhere', {});
    expect(answer.status).toBe(303);
  });
});

describe('the sign-in', () => {
  it('admits by the accounts file, with a cookie that scripts and other sites do not get', async () => {
    const browser = client();
    const answer = await browser.signIn('reviewer', passwords.reviewer);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/console/');
    const cookie = answer.headers
      .getSetCookie()
      .find((line) => line.startsWith('verdict_session='));
    expect(cookie).toMatch(/; Path=\/console; HttpOnly; SameSite=Lax$/);
    expect((await browser.get('/console/account')).status).toBe(200);
    const secure = await client().get('/console/sign-in', { 'x-forwarded-proto': 'https' });
    expect(secure.headers.get('set-cookie')).toContain('; Secure');
  });

  it('refuses with the form and one sentence, the same for a name that nobody has', async () => {
    const sentences: string[] = [];
    for (const name of ['operator', 'nobody-here']) {
      const answer = await client().signIn(name, wrong);
      expect(answer.status).toBe(401);
      const html = await answer.text();
      expect(html).toContain('action="/console/sign-in"');
      expect(html).not.toContain(wrong);
      sentences.push(/role="alert">.*?<span>(.*?)<\/span>/s.exec(html)?.[1] ?? '');
    }
    expect(sentences[0]).toMatch(/^Account and password do not match\. After 4 more tries/);
    expect(sentences[1]).toBe(sentences[0]);
  });

  it('returns to the page that was asked for, and to no other site', async () => {
    const browser = await signedIn('operator');
    for (const [given, path] of [
      ['/console/queue?view=mine', '/console/queue?view=mine'],
      ['https://evil.example/', '/console/'],
    ] as const) {
      const answer = await browser.get(`/console/sign-in?return=${encodeURIComponent(given)}`);
      expect(answer.headers.get('location')).toBe(path);
    }
  });

  it('without its token or from another site is a 403, so that nobody is signed in unawares', async () => {
    const fields = { name: 'reviewer', password: passwords.reviewer };
    expect((await client().post('/console/sign-in', fields)).status).toBe(403);
    const noForm = { 'content-type': 'multipart/form-data; boundary=none' };
    expect((await client().post('/console/sign-in', fields, noForm)).status).toBe(403);
    const browser = client();
    const html = await (await browser.get('/console/sign-in')).text();
    const csrf = /name="csrf" value="([\w-]+)"/.exec(html)?.[1] ?? '';
    const answers = await Promise.all([
      browser.post('/console/sign-in', { ...fields, csrf }, { 'sec-fetch-site': 'cross-site' }),
      browser.post('/console/sign-in', { ...fields, csrf }, { origin: 'https://evil.example' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(browser.cookies.has('verdict_session')).toBe(false);
  });
});

describe('a change', () => {
  it('needs the token of its session, in the form or the header, and no foreign site', async () => {
    const browser = await signedIn('reviewer');
    const csrf = await browser.csrf();
    const foreign = await (await signedIn('operator')).csrf();
    tokens.push(csrf);
    const theme = (fields: Record<string, string>, headers?: Record<string, string>) =>
      browser.post('/console/theme', { theme: 'dark', ...fields }, headers);
    const statuses = await Promise.all(
      [
        theme({}),
        theme({ csrf: foreign }),
        theme({ csrf }, { 'sec-fetch-site': 'same-site' }),
        theme({ csrf }, { origin: 'http://127.0.0.1:1' }),
        theme({ csrf }, { origin: stack.url }),
        theme({ csrf }, { origin: 'null', 'sec-fetch-site': 'same-origin' }),
        theme({}, { 'x-csrf-token': csrf }),
      ].map(async (answer) => (await answer).status),
    );
    expect(statuses).toEqual([403, 403, 403, 403, 303, 303, 303]);
  });

  it('of the password ends the other sessions and goes on in this one', async () => {
    const [here, there] = [await signedIn('operator'), await signedIn('operator')];
    const fields = { csrf: await here.csrf(), current: passwords.operator };
    const again = (next: string, repeated = next) =>
      here.post('/console/account/password', { ...fields, next, again: repeated });
    expect(await (await again('short')).text()).toContain('at least 12 characters');
    expect((await again('long enough a text', 'another text')).status).toBe(422);
    expect((await there.get('/console/account')).status).toBe(200);
    const next = 'juniper-kettle-30-orchard';
    expect((await again(next)).status).toBe(200);
    tokens.push(next, ...here.cookies.values());
    expect((await there.get('/console/account')).status).toBe(303);
    expect((await here.get('/console/account')).status).toBe(200);
    expect((await here.post('/console/account/sign-out-everywhere', {})).status).toBe(403);
    const csrf = await here.csrf();
    expect((await here.post('/console/account/sign-out-everywhere', { csrf })).status).toBe(303);
    expect((await here.get('/console/account')).status).toBe(303);
  });
});

describe('the link of a local start', () => {
  const link = async () => {
    const token = (await createEntry({ db: stack.db, now: new Date() }, 'admin')) ?? '';
    tokens.push(token);
    return `/console/enter/${token}`;
  };

  it('signs in as admin once, and not before somebody follows it', async () => {
    const path = await link();
    await fetch(`${stack.url}${path}`, { method: 'HEAD' });
    for (const name of ['sec-purpose', 'purpose']) {
      expect((await client().get(path, { [name]: 'prefetch;prerender' })).status).toBe(503);
    }
    const browsers = [client(), client()];
    const answers = await Promise.all(browsers.map((browser) => browser.get(path)));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['303', '401']);
    const admin = browsers.find(({ cookies }) => cookies.has('verdict_session'));
    tokens.push(...(admin?.cookies.values() ?? []));
    expect(await (await admin?.get('/console/account'))?.text()).toContain(
      'in the audit log as admin:admin',
    );
    const late = await client().get(path);
    expect(late.status).toBe(401);
    expect(await late.text()).toContain('This link was used already');
  });
});

describe('administrators', () => {
  it('make and end accounts on their pages, which a reviewer may not open', async () => {
    const admin = await signedIn('admin');
    const csrf = await admin.csrf();
    const act = (path: string, fields: Record<string, string> = {}) =>
      admin.post(`/console/accounts${path}`, { csrf, ...fields });
    const given = { name: 'mara', displayName: '<b>Mara</b>', role: 'reviewer' };
    const created = await act('', given);
    const html = await created.text();
    expect(created.status).toBe(201);
    expect(html).toContain('&lt;b&gt;Mara&lt;/b&gt;');
    const password = /data-password="true">([\w-]+)</.exec(html)?.[1] ?? '';
    tokens.push(password);
    expect(await (await act('', given)).text()).toContain('There is an account mara already.');
    expect((await act('', { ...given, name: 'Mara Lind' })).status).toBe(422);
    const mara = client();
    expect((await mara.signIn('mara', password)).status).toBe(303);
    // A first password opens nothing but the form for another one.
    const first = await mara.get('/console/queue');
    expect(first.headers.get('location')).toBe('/console/account');
    expect((await act('/mara/disable')).status).toBe(303);
    expect((await mara.get('/console/account')).status).toBe(303);
    expect(await (await admin.get('/console/accounts/mara')).text()).toContain('Disabled since');
    expect((await act('/admin/disable')).status).toBe(422);
    for (const name of ['nobody-here', 'a%00b']) {
      expect((await act(`/${name}/disable`)).status).toBe(404);
      expect((await admin.get(`/console/accounts/${name}`)).status).toBe(404);
    }
    expect((await act('', { ...given, name: 'bo', displayName: 'B\u0000o' })).status).toBe(422);
    const reviewer = await signedIn('reviewer');
    expect((await reviewer.get('/console/accounts')).status).toBe(403);
    const fields = { csrf: await reviewer.csrf(), role: 'admin' };
    expect((await reviewer.post('/console/accounts/mara/role', fields)).status).toBe(403);
  });
});

describe('a storm of wrong passwords', () => {
  it('stops neither orders nor a browser that has signed in before', async () => {
    const known = await signedIn('reviewer');
    const signedOut = await known.post('/console/sign-out', { csrf: await known.csrf() });
    expect(signedOut.headers.get('location')).toBe('/console/sign-in');
    const storm = Array.from({ length: 30 }, (_, index) =>
      client().signIn(index % 2 === 0 ? 'reviewer' : `guess-${index}`, wrong),
    );
    const answers = Promise.all(storm);
    const orders = await Promise.all([1, 2, 3].map(() => stack.post('/transaction', order())));
    expect(orders.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await known.signIn('reviewer', passwords.reviewer)).status).toBe(303);
    const refused = (await answers).map(({ status }) => status);
    expect(refused.filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
    expect(refused).toContain(503);
    expect((await client().signIn('reviewer', passwords.reviewer)).status).not.toBe(303);
  });
});

it('no password and no token is in a table, an audit entry, a log line or a metric', async () => {
  expect(tokens.length).toBeGreaterThan(10);
  const scan = createLeakScan([...Object.values(passwords), wrong, ...new Set(tokens)]);
  const { rows: tables } = await stack.db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  for (const { name } of tables) {
    const { rows } = await stack.db.query<Record<string, unknown>>(`select * from "${name}"`);
    for (const [column, value] of rows.flatMap((row) => Object.entries(row))) {
      const content = Buffer.isBuffer(value) ? value : (JSON.stringify(value) ?? '');
      scan.add(`${name}.${column}`, content);
    }
  }
  await stack.expectPrinted('"/console/*"', '"status":303');
  scan.add('log', stack.printed().join('\n'));
  const metrics = (await stack.get('/metrics', 'operator')).text;
  expect(metrics).toMatch(/^verdict_sign_ins_total\{result="signed_in"\} \d+$/m);
  scan.add('metrics', metrics);
  expect(scan.scannedBytes()).toBeGreaterThan(20_000);
  expect(scan.leaks()).toEqual([]);
});
