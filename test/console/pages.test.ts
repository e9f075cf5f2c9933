import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountRoles } from '../../contracts/v1/accounts.js';
import { seedOrder } from '../api/seed.js';
import { type ConsoleClient, createConsoleClient } from '../support/console-client.js';
import { tableContents } from '../support/table-contents.js';
import { type Desk, startDesk } from './desk.js';

let desk: Desk;
let reviewer: ConsoleClient;
let admin: ConsoleClient;

const caseOf = async (transactionId: string): Promise<string> => {
  const { rows } = await desk.api.pool.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  return rows[0]?.case_id ?? '';
};

beforeAll(async () => {
  desk = await startDesk();
  [reviewer, admin] = [await desk.signedIn('reviewer'), await desk.signedIn('admin')];
});
afterAll(() => desk?.stop());

const pages = [
  ...['queue', 'keys', 'alerts', 'lists', 'lists/block', 'operations', 'partners', 'audit'],
  'overview',
  ...['rules', 'trials', 'backtests', 'labels', 'policies', 'imports', 'drift'],
  'flag-guard',
  ...['learned-points', 'learned-points/new'],
  ...['accounts', 'account', 'no-such-page'],
].map((name) => `/console/${name}`);

describe('every page', () => {
  it.each(pages)(
    '%s has no inline script or style and loads nothing from elsewhere',
    async (path) => {
      await seedOrder(desk.api);
      const answer = await admin.get(path);
      expect(answer.status).toBe(path.endsWith('no-such-page') ? 404 : 200);
      expect(answer.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
          "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; " +
          "frame-ancestors 'none'",
      );
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const html = await answer.text();
      expect(html).toMatch(/^<!doctype html><html lang="en"/);
      expect(html).not.toMatch(/ style=|<style|<script(?![^>]* src="\/)| on[a-z]+="|https?:\/\//);
      expect(html.match(/<h1/g)).toHaveLength(1);
      for (const [, address = ''] of html.matchAll(/ (?:src|href)="([^"#?]+)/g)) {
        expect(address).toMatch(/^\/console\//);
      }
    },
  );

  it('its files are kept for a year, compressed, and change their address with their content', async () => {
    const html = await (await reviewer.get('/console/queue')).text();
    const addresses = [...html.matchAll(/"(\/console\/assets\/[^"#]+)/g)].map(([, one]) => one);
    expect(addresses.length).toBeGreaterThan(10);
    for (const address of new Set(addresses)) {
      const file = await createConsoleClient(desk.url).get(address ?? '');
      expect(file.status, address).toBe(200);
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(file.headers.get('content-encoding')).toMatch(/^(br|gzip)$/);
    }
    const old = await createConsoleClient(desk.url).get('/console/assets/verdict.css?v=old');
    expect(old.headers.get('cache-control')).toBe('no-cache');
  });

  it('a file that is not there is not found, like every unknown address', async () => {
    expect((await reviewer.get('/console/assets/removed.js')).status).toBe(404);
  });
});

describe('by role', () => {
  it.each([
    ['operator', '/console/overview', '/console/queue'],
    ['reviewer', '/console/queue', '/console/operations'],
    ['analyst', '/console/overview', '/console/accounts'],
  ] as const)('%s begins at %s, and %s is not for this role', async (role, home, foreign) => {
    const browser = await desk.signedIn(role);
    expect((await browser.get('/console/')).headers.get('location')).toBe(home);
    expect(await (await browser.get(home)).text()).not.toContain(`href="${foreign}"`);
    const refused = await browser.get(foreign);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain('Your role does not open this page');
  });

  it.each(accountRoles.filter((role) => role !== 'admin'))(
    'the role %s neither sees nor changes accounts',
    async (role) => {
      const browser = await desk.signedIn(role);
      const fields = { csrf: await browser.csrf(), role: 'admin' };
      for (const path of ['/console/accounts', '/console/accounts/ann']) {
        expect((await browser.get(path)).status).toBe(403);
      }
      for (const path of ['/console/accounts', '/console/accounts/ann/role']) {
        expect((await browser.post(path, fields)).status).toBe(403);
      }
    },
  );

  it('an analyst reads the queue and claims nothing', async () => {
    const analyst = await desk.signedIn('analyst');
    const csrf = await analyst.csrf();
    expect((await analyst.get('/console/queue')).status).toBe(200);
    expect((await analyst.post('/console/queue/next', { csrf })).status).toBe(403);
  });
});

describe('an order', () => {
  it('with a case leads to the case; without one its record is shown and audited', async () => {
    const inReview = await seedOrder(desk.api);
    const answer = await reviewer.get(`/console/orders/${inReview}`);
    expect(answer.headers.get('location')).toBe(`/console/cases/${await caseOf(inReview)}`);
    const accepted = await seedOrder(desk.api, { outcome: 'accept' });
    const page = await reviewer.get(`/console/orders/${accepted}`);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('Accepted');
    for (const panel of ['Who, where, with what', 'Partners and issuer', 'Goods', 'As posted']) {
      expect(html).toContain(panel);
    }
    expect(html).not.toMatch(/\b\d{13,19}\b/);
    const { rowCount } = await desk.api.pool.query(
      `select from audit where action = 'record.read' and object = $1`,
      [accepted],
    );
    expect(rowCount).toBe(1);
    expect((await reviewer.get(`/console/orders/${randomUUID()}`)).status).toBe(404);
  });
});

describe('faults', () => {
  it('a request without the token of the session changes nothing', async () => {
    await seedOrder(desk.api);
    // Whoever asks for something uses the session.
    const contents = () => tableContents(desk.api.pool, ['console_sessions']);
    const before = await contents();
    const answer = await reviewer.post('/console/queue/next', {});
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('Nothing was changed');
    expect(await contents()).toEqual(before);
  });

  it('logs and metrics name the pattern of a page and no id', async () => {
    await reviewer.get(`/console/orders/${randomUUID()}`);
    await reviewer.get(`/console/${randomUUID()}`);
    const text = await desk.metrics.registry.metrics();
    const routes = [...text.matchAll(/route="(\/console[^"]*)"/g)].map(([, route]) => route);
    expect(new Set(routes)).toContain('/console/orders/:transactionId');
    expect(new Set(routes)).toContain('/console/*');
    expect(routes.filter((route) => /[\da-f]{8}-/.test(route ?? ''))).toEqual([]);
  });
});
