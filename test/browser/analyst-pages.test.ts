import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccountRole } from '../../contracts/v1/accounts.js';
import { saveScoreProbabilities } from '../../db/score-probabilities.js';
import { createEntry } from '../../services/accounts/sessions.js';
import { countDriftDays } from '../../services/drift/count.js';
import { fallBack } from '../../services/flag-guard/fall-back.js';
import { readFlagReport } from '../../services/flag-guard/report.js';
import { createPointsFit } from '../../services/learned-points/create.js';
import { seedOrder } from '../api/seed.js';
import { type Desk, startDesk } from '../console/desk.js';
import { textOf, totalRule } from '../services/backtests-fixture.js';
import { storeDecisions } from '../services/drift-fixture.js';
import { contextAt, decideAlike, minuteMs, publishAt } from '../services/flag-guard-fixture.js';
import { line } from '../services/imports-fixture.js';
import {
  computeFit,
  fitRequest,
  proposeFit,
  storeLabelled,
  totalRules,
} from '../services/learned-points-fixture.js';
import { NoBrowser, startBrowser, type TestBrowser } from '../support/browser.js';
import { checkLooks } from './looks.js';

let desk: Desk;
let browser: TestBrowser | string;
let page: Page;

const dayMs = 86_400_000;
const ago = (days: number): Date => new Date(Date.now() - days * dayMs);

const startOrSay = async (): Promise<TestBrowser | string> => {
  try {
    return await startBrowser();
  } catch (error) {
    if (!(error instanceof NoBrowser) || process.env['CI']) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.message;
  }
};

/** A page on which somebody of this role has signed in. */
const pageOf = async (role: AccountRole): Promise<Page> => {
  if (typeof browser === 'string') throw new Error(browser);
  const opened = await browser.open(desk.url);
  await desk.signedIn(role, `${role}-browser`);
  const call = { db: desk.api.pool, now: new Date() };
  await opened.goto(`/console/enter/${await createEntry(call, `${role}-browser`)}`);
  return opened;
};

const ask = async (method: string, path: string, body?: object) => {
  const given = body && { body: JSON.stringify(body) };
  const reply = await desk.api.ask(path, { method, key: 'analyst', ...given });
  expect(reply.status, reply.text).toBeLessThan(300);
  return reply.json as Record<string, unknown>;
};

/** An open import of two orders and three lines that are refused for two reasons. */
const bringOrders = async (): Promise<string> => {
  const request = { format: 'orders', note: 'before us' };
  const importId = String((await ask('POST', '/v1/imports', request))['importId']);
  const minutes = 500 * 24 * 60;
  const wrong = ['17 secrets', 'a secret'].map((orderTotal) => line(minutes, { orderTotal }));
  const lines = [line(minutes), ...wrong, line(minutes, {}, { outcome: 'maybe' }), line(minutes)];
  await ask('PUT', `/v1/imports/${importId}/parts/1`, { firstLine: 1, lines });
  return importId;
};

/** Five weeks in which Sardine answers, and a fact has values, until today. */
const storeDrift = async (): Promise<void> => {
  const { pool } = desk.api;
  const same = { 'avs.street': 'match', 'avs.zip': 'match', 'auth.approved': true } as const;
  const facts = { ...same, 'shipping.expedited': false, 'tx.orderTotal': 80, 'byIp.orders1h': 3 };
  const usual = { rules: ['A'], facts };
  for (let days = 35; days >= 1; days -= 1) {
    const level = days <= 7 ? 'high' : 'low';
    await storeDecisions(pool, { ...usual, at: ago(days), orders: 40, level });
  }
  const silent = { ...facts, 'byIp.orders1h': 0 };
  await storeDecisions(pool, { ...usual, facts: silent, at: ago(0), orders: 250, level: 'low' });
  await countDriftDays({ db: pool, now: new Date() }, { onPage: () => undefined });
};

beforeAll(async () => {
  desk = await startDesk({ shippedRules: totalRules() });
  browser = await startOrSay();
  if (typeof browser === 'object') page = await pageOf('analyst');
});

afterAll(async () => {
  if (typeof browser === 'object') await browser.close();
  await desk?.stop();
});

beforeEach(({ skip }) => {
  if (typeof browser === 'string') skip(browser);
});

/** The faults of the pages since the last call, without those that are expected. */
const faultsBut = (expected?: RegExp): string[] =>
  typeof browser === 'object' ? browser.takeFaults(expected) : [];

afterEach(() => {
  const faults = faultsBut();
  if (faults.length > 0) throw new Error(faults.join('\n'));
});

const open = async (path: string): Promise<string> => {
  await page.goto(`/console/${path}`);
  return page.locator('main').innerText();
};

describe('an import', () => {
  it('is shown with its refused lines, without a value, and follows what is stored', async () => {
    const importId = await bringOrders();
    expect(await open('imports')).toMatch(/before us\s+Open\s+2\s+0\s+3\s+0/);
    await page.getByRole('link', { name: 'before us' }).click();
    await page.getByRole('heading', { name: 'Refused lines' }).waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/\$\.transaction\.orderTotal must be a decimal number\s+\S+ \S+\s+2/);
    expect(text).toMatch(/4\s+\$\.outcome must be one of: accept, review, reject/);
    expect(text).not.toContain('secret');
    expect(await checkLooks(page)).toEqual([]);
    const more = { firstLine: 6, lines: [line(500 * 24 * 60)] };
    await ask('PUT', `/v1/imports/${importId}/parts/2`, more);
    await page.getByText('in 2 parts').waitFor();
    let daysLeft: unknown = 1;
    while (daysLeft !== 0) ({ daysLeft } = await ask('POST', `/v1/imports/${importId}/finish`));
    await page.locator('.facts').getByText('Done').waitFor();
  });
});

describe('learned points', () => {
  it('are asked for by a form that keeps what was typed, and can be cancelled', async () => {
    await open('learned-points');
    await page.getByRole('link', { name: 'Learn points…' }).click();
    expect(await checkLooks(page)).toEqual([]);
    const costs = { chargeback: '250', lostSale: '60', reviewMinute: '0.8', minutesPerReview: '4' };
    for (const [name, value] of Object.entries({ ...costs, reviewsPerDay: '40' })) {
      await page.fill(`[name=${name}]`, value);
    }
    await page.fill('[name=from]', ago(40).toISOString().slice(0, 10));
    await page.getByRole('button', { name: 'Learn points' }).click();
    await page.getByRole('alert').waitFor();
    expect(faultsBut(/status of 422/)).toEqual([]);
    expect(await page.getByRole('alert').innerText()).toContain('Orders from must be at least');
    expect(await page.inputValue('[name=reviewMinute]')).toBe('0.8');
    await page.fill('[name=from]', ago(150).toISOString().slice(0, 10));
    await page.getByRole('button', { name: 'Learn points' }).click();
    await page.getByRole('heading', { name: 'Learning' }).waitFor();
    expect(await checkLooks(page)).toEqual([]);
    await page.fill('[name=note]', 'wrong costs');
    await page.getByRole('button', { name: 'Cancel learning' }).click();
    await page.locator('.facts').getByText('Cancelled').waitFor();
    const { rows } = await desk.api.pool.query(
      `select details ->> 'note' as note from audit where action = 'points_fit.cancelled'`,
    );
    expect(rows).toEqual([{ note: 'wrong costs' }]);
  });

  it('show how far they are, then what they propose, with its draft', async () => {
    const { pool } = desk.api;
    await storeLabelled(pool);
    const context = { db: pool, actor: { name: 'analyst:test' }, shipped: totalRules() };
    const now = new Date();
    const created = await createPointsFit({ ...context, now }, fitRequest(now));
    if (created.kind !== 'created') throw new Error(created.message);
    const { fitId } = created.fit;
    await open(`learned-points/${fitId}`);
    await computeFit(pool, fitId);
    await proposeFit(pool, fitId);
    await page.getByText('The proposal is better.').waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toMatch(/Fraud caught(\s+[\d.]+ %\s+[\d.]+ to [\d.]+){2}/);
    expect(text).toMatch(/B B total\s+20\s+\d+\s+\d+/);
    expect(await checkLooks(page)).toEqual([]);
    await page.getByRole('link', { name: 'Read the draft' }).click();
    await page.getByRole('heading', { name: /^Points learned until/ }).waitFor();
    expect(await page.locator('main').innerText()).toContain('points: Total {tx.orderTotal}.');
    expect(await checkLooks(page)).toEqual([]);
    expect(await open('rules')).toMatch(/Points learned until \S+\s+the shipped rules/);
  });

  it('are read by reviewers, who neither start nor cancel them', async () => {
    const reviewer = await desk.signedIn('reviewer');
    const csrf = await reviewer.csrf();
    const { rows } = await desk.api.pool.query<{ fit_id: string }>(
      `select fit_id from points_fits`,
    );
    const path = `/console/learned-points/${rows[0]?.fit_id}`;
    expect((await reviewer.get(path)).status).toBe(200);
    expect((await reviewer.get('/console/learned-points/new')).status).toBe(403);
    for (const act of ['/console/learned-points', `${path}/cancel`]) {
      expect((await reviewer.post(act, { csrf })).status).toBe(403);
    }
  });
});

describe('drift', () => {
  it('shows what alarms today and what moved this week, folded where nothing did', async () => {
    await storeDrift();
    const text = await open('drift?banner=s5a');
    expect(text).toMatch(/byIp\.orders1h says nothing any more\s+0\.0 % of the orders had a value/);
    expect(text).toMatch(/Sardine\s+Shifted\s+[\d.]+\s+\S+ (0\.0|100\.0) % →/);
    expect(text).not.toContain('avs.street');
    await page.getByText('stable facts').click();
    expect(await page.locator('main').innerText()).toMatch(/avs\.street\s+Stable/);
    expect(await checkLooks(page)).toEqual([]);
    await page.selectOption('[name=kind]', 'rule');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/kind=rule/);
    const headings = await page.locator('main h2').allInnerTexts();
    expect(headings).toEqual(['What alarms today', 'Rules']);
  });

  it('is for leads, analysts and operators', async () => {
    for (const [role, status] of [
      ['reviewer', 403],
      ['lead', 200],
      ['operator', 200],
    ] as const) {
      expect((await (await desk.signedIn(role)).get('/console/drift')).status, role).toBe(status);
    }
  });
});

describe('the flag guard', () => {
  /** Flags dear orders. */
  const usual = textOf([totalRule('R1', 1000, 50)]);
  /** Flags every order. */
  const broken = textOf([totalRule('R1', 1, 50)]);
  const now = new Date();
  const before = (minutes: number): Date => new Date(now.getTime() - minutes * minuteMs);
  const rowOf = (banner: string): Promise<string> =>
    page
      .getByRole('region', { name: 'Table: Flagged orders by banner' })
      .getByRole('row', { name: banner })
      .innerText();

  it('says that nothing is guarded before a rule set is published', async () => {
    const text = await open('flag-guard');
    expect(text).toContain('The shipped rule set is in force');
    expect(text).toContain('the guard begins with the first rule set that is published');
    expect(text).toContain('None so far.');
    expect(await checkLooks(page)).toEqual([]);
  });

  it('shows what is flagged, expected and allowed, and what follows above the limit', async () => {
    const { pool } = desk.api;
    const good = await publishAt(pool, before(180), usual);
    const decided = { at: before(120), version: good, rules: usual };
    await decideAlike(pool, { ...decided, orders: 250 });
    await decideAlike(pool, { ...decided, orders: 10, orderTotal: 2000 });
    const bad = await publishAt(pool, before(30), broken);
    await decideAlike(pool, { orders: 12, at: before(20), version: bad, rules: broken });
    expect(await open('flag-guard')).toContain('Nothing: no banner is above its limit.');
    expect(await rowOf('Saks')).toMatch(/Too few, 50 needed\s+100\.0 %\s+12\s+3\.8 %/);
    expect(await rowOf('The Bay')).toMatch(/Not guarded\s+no order yet\s+0\s+not known/);
    await decideAlike(pool, { orders: 48, at: before(10), version: bad, rules: broken });
    const text = await open('flag-guard');
    expect(text).toMatch(
      new RegExp(`Version ${bad} in force for \\d+ min, published by analyst:ann`),
    );
    expect(text).toContain('Saks: 100.0 % of the latest 60 orders are flagged');
    expect(text).toContain('The policy asks for an alarm and nothing else.');
    expect((await rowOf('Saks')).trim().replaceAll(/\s+/g, ' ')).toBe(
      'Saks Above its limit 100.0 % 60 3.8 % 26.0 × 2 × 13.9 % ' +
        'Alarm the rules before · 260 orders',
    );
    expect(await checkLooks(page)).toEqual([]);
    const policy = { flagGuard: { fallBack: true } };
    await ask('PUT', '/v1/policies/s5a', { policy, note: 'fall back' });
    await open('flag-guard');
    expect(await rowOf('Saks')).toContain(`Alarm; version ${good} comes back`);
  });

  it('names the rule set that came back by itself, the one that gave way, and why', async () => {
    const { pool } = desk.api;
    const context = contextAt(pool, now);
    const { publication, banners } = await readFlagReport(context);
    const over = banners.find(({ banner }) => banner === 's5a');
    if (over === undefined || publication === null) throw new Error('s5a is missing');
    const fellBack = await fallBack(context, { ...over, publication });
    if (fellBack.kind !== 'fell_back') throw new Error(fellBack.why);
    const [came, gave] = [fellBack.version, fellBack.version + 1];
    const text = await open('flag-guard');
    expect(text).toMatch(new RegExp(`Version ${came} came back by itself \\S+ min ago`));
    expect(text).toContain(`Version ${gave} flagged 60 of the latest 60 orders of Saks.`);
    expect(text).toContain('they had been in force before');
    expect(text).toMatch(
      new RegExp(`Version ${came}\\s+Version ${gave}\\s+.+ ago\\s+It flagged 60`),
    );
    expect(await rowOf('Saks')).toContain('Alarm; these rules stay');
    expect(await checkLooks(page)).toEqual([]);
    await page
      .getByRole('link', { name: `Version ${gave}` })
      .first()
      .click();
    await page.waitForURL(/rules#publications/);
    expect(await page.locator('main').innerText()).toContain(`Fell back from version ${gave}`);
  });

  it('is for leads, analysts and operators', async () => {
    for (const [role, status] of [
      ['reviewer', 403],
      ['lead', 200],
      ['operator', 200],
    ] as const) {
      const { status: got } = await (await desk.signedIn(role)).get('/console/flag-guard');
      expect(got, role).toBe(status);
    }
  });
});

describe('the probability of fraud', () => {
  it('stands on the page of a case with its basis, and says in the queue what is at risk', async () => {
    const { pool } = desk.api;
    const { rows } = await pool.query<{ fit_id: string }>(`select fit_id from points_fits`);
    const step = { orders: 3200, frauds: 80, probability: 0.025, low: 0.02, high: 0.031 };
    await saveScoreProbabilities(pool, {
      ...{ ruleSetHash: 'test', banner: null, fitId: rows[0]?.fit_id ?? '' },
      cut: new Date('2026-11-12T00:00:00Z'),
      steps: [
        { ...step, fromScore: null, probability: 0.01 },
        { ...step, fromScore: 40 },
      ],
    });
    const transactionId = await seedOrder(desk.api);
    const { rows: cases } = await pool.query<{ case_id: string }>(
      'select case_id from cases where transaction_id = $1',
      [transactionId],
    );
    const text = await open(`cases/${cases[0]?.case_id}`);
    expect(text).toMatch(/Fraud like 1 in 40 orders of this kind\s+· 95 % interval 2\.0 to 3\.1 %/);
    expect(text).toContain(
      'from 3,200 earlier orders with a score of 40 or more and their labels until Nov 12, 2026',
    );
    expect(text).toContain('2.5 % were fraud');
    await page.goto('/console/queue');
    const risk = page.locator(`tr[data-case-id="${cases[0]?.case_id}"] .loss`);
    expect(await risk.getAttribute('title')).toContain('a probability of fraud of 2.5 %');
    const errored = [{ id: 'R9', name: 'Other', message: 'no history' }];
    await pool.query('update decisions set errored_rules = $2 where transaction_id = $1', [
      ...[transactionId, JSON.stringify(errored)],
    ]);
    const partial = await open(`cases/${cases[0]?.case_id}`);
    expect(partial).not.toContain('Fraud like');
    expect(partial).toContain(
      'No chance can be given: the score lacks what could not be evaluated',
    );
  });
});
