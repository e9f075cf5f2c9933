import type { Page } from 'playwright-core';
import { oddTag } from './shots-odd.js';

/** A theme and a width. */
export interface Look {
  readonly name: 'light' | 'dark' | 'narrow';
  readonly theme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
}

/** The looks of each picture. */
export const looks: readonly Look[] = [
  { name: 'light', theme: 'light', width: 1440, height: 900 },
  { name: 'dark', theme: 'dark', width: 1440, height: 900 },
  { name: 'narrow', theme: 'light', width: 390, height: 844 },
];

/** What a picture shows: a page, by default in every theme and width. */
export interface Shot {
  /** What the names of the files begin with. */
  readonly name: string;
  readonly looks?: readonly Look['name'][];
  /** A table that nobody can read meanwhile, so that the page cannot be shown. */
  readonly lock?: string;
  /** The account; nobody has signed in unless given. */
  readonly person?: string;
  /** Brings the page to what the picture shows. */
  readonly go: (page: Page) => Promise<void>;
}

const opens = (path: string) => async (page: Page) => {
  await page.goto(`/console/${path}`);
  await page.locator('h1').first().waitFor();
};

const openQueue = async (page: Page): Promise<void> => {
  await page.goto('/console/queue');
  await page.locator('tr[data-case-id]').first().waitFor();
};

const chooseRows = async (page: Page): Promise<void> => {
  await openQueue(page);
  for (const row of [3, 4, 5]) {
    await page.locator('tr[data-case-id] input[type=checkbox]').nth(row).check();
  }
};

const previewBulk = async (page: Page): Promise<void> => {
  await chooseRows(page);
  await page.locator('.bulk [data-action=reject]').click();
  await page.locator('.bulk-form').waitFor();
};

/** Parts that come after the page are there. */
const settled = (page: Page) => page.locator('[aria-busy=true]').waitFor({ state: 'detached' });

/** The first case of the queue with this filter. */
const openCase = async (page: Page, search: string): Promise<void> => {
  await page.goto(`/console/queue?${search}`);
  await page.locator('tr[data-case-id] th a').first().click();
  await page.locator('main.case h1').waitFor();
  await settled(page);
};

const openReasons = async (page: Page): Promise<void> => {
  await openCase(page, 'tag=takeover');
  await page.keyboard.press('r');
  await page.locator('.pop:popover-open').waitFor();
};

const openLinks = async (page: Page): Promise<void> => {
  await openCase(page, 'tag=same-card');
  await page.locator('#linked canvas').first().waitFor();
  await page.evaluate('document.querySelector("#linked").scrollIntoView()');
};

const decide = async (page: Page): Promise<void> => {
  await openCase(page, 'sort=score&view=free');
  await page.keyboard.press('r');
  await page.locator('.pop:popover-open').waitFor();
  await page.keyboard.press('1');
  await page.locator('[data-undo-seconds]').first().waitFor();
  await settled(page);
};

const openKeyList = async (page: Page): Promise<void> => {
  await openQueue(page);
  await page.keyboard.press('?');
  await page.locator('dialog.keymap').waitFor();
};

const failSignIn = async (page: Page): Promise<void> => {
  await page.goto('/console/sign-in');
  await page.fill('[name=name]', 'ann');
  await page.fill('[name=password]', 'a wrong one');
  await page.press('[name=password]', 'Enter');
  await page.getByRole('alert').waitFor();
};

/** The page that the first row of a list leads to. */
const opensFirst = (list: string) => async (page: Page) => {
  await opens(list)(page);
  await page.locator('tbody th a').first().click();
  await page.waitForURL((url) => !url.pathname.endsWith(list));
  await page.locator('h1').first().waitFor();
};

const openDraft = async (page: Page): Promise<void> => {
  await opens('learned-points')(page);
  await page.getByRole('link', { name: 'a draft' }).first().click();
  await page.getByRole('heading', { name: /^Points learned/ }).waitFor();
};

/** A state of a page that is shown in every look already. */
const once = { looks: ['light'] } as const;

/** Pictures of what takes months: taken last, see `shots-months.ts`. */
export const laterShots: readonly Shot[] = [
  { name: 'imports', person: 'admin', go: opens('imports') },
  { name: 'import', person: 'admin', go: opensFirst('imports') },
  { name: 'learned-points', person: 'admin', go: opens('learned-points') },
  { name: 'learn-points', person: 'admin', go: opens('learned-points/new') },
  { name: 'proposal', person: 'admin', go: opensFirst('learned-points') },
  { name: 'draft', person: 'admin', go: openDraft },
  { name: 'drift', person: 'admin', go: opens('drift') },
];

/** Pictures of what the flag guard does: taken at the very end, see `shots-flags.ts`. */
export const lastShots: readonly Shot[] = [
  { name: 'flag-guard', person: 'admin', go: opens('flag-guard') },
];

/** Every other picture. A page that only opens is one line. */
export const shots: readonly Shot[] = [
  { name: 'sign-in', go: opens('sign-in') },
  { name: 'sign-in-refused', ...once, go: failSignIn },
  { name: 'overview', person: 'admin', go: opens('overview') },
  { name: 'queue', person: 'reviewer', go: openQueue },
  { name: 'queue-chosen', person: 'reviewer', ...once, go: chooseRows },
  { name: 'queue-empty', person: 'reviewer', ...once, go: opens('queue?banner=lat&tag=nothing') },
  { name: 'bulk', person: 'reviewer', go: previewBulk },
  { name: 'case', person: 'reviewer', go: (page) => openCase(page, 'tag=takeover') },
  { name: 'case-reasons', person: 'reviewer', looks: ['dark', 'narrow'], go: openReasons },
  { name: 'case-linked', person: 'reviewer', ...once, go: openLinks },
  { name: 'case-read-only', person: 'analyst', ...once, go: (page) => openCase(page, 'tag=gift') },
  { name: 'case-decided', person: 'reviewer2', looks: ['light', 'narrow'], go: decide },
  { name: 'case-odd', person: 'reviewer', go: (page) => openCase(page, `tag=${oddTag}`) },
  { name: 'order', person: 'analyst', go: opensFirst('labels') },
  { name: 'keys', person: 'reviewer', go: openKeyList },
  { name: 'me', person: 'reviewer2', go: opens('me') },
  { name: 'team', person: 'lead', go: opens('team') },
  { name: 'mentions', person: 'lead', go: opens('mentions') },
  { name: 'account', person: 'reviewer', go: opens('account') },
  { name: 'alerts', person: 'admin', go: opens('alerts') },
  { name: 'lists', person: 'admin', go: opens('lists') },
  { name: 'list', person: 'admin', go: opens('lists/block') },
  { name: 'labels', person: 'admin', go: opens('labels') },
  { name: 'rules', person: 'admin', go: opens('rules') },
  { name: 'trials', person: 'admin', go: opens('trials') },
  { name: 'backtests', person: 'admin', go: opens('backtests') },
  { name: 'policies', person: 'admin', go: opens('policies') },
  { name: 'operations', person: 'admin', go: opens('operations') },
  { name: 'partners', person: 'admin', go: opens('partners') },
  { name: 'audit', person: 'admin', go: opens('audit') },
  { name: 'accounts', person: 'admin', go: opens('accounts') },
  { name: 'not-found', person: 'reviewer', ...once, go: opens('no-such-page') },
  { name: 'not-allowed', person: 'reviewer', ...once, go: opens('operations') },
  { name: 'unavailable', person: 'reviewer', ...once, lock: 'labels', go: opens('labels') },
];
