import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { NoBrowser, type PageOptions, startBrowser, type TestBrowser } from '../support/browser.js';
import { decided, omsCallsOf } from '../support/flows.js';
import { order } from '../support/orders.js';
import { type Stack, startStack } from '../support/stack.js';
import { makeTempDir } from '../support/temp-dir.js';
import type { Json } from '../support/transactions.js';
import { until } from '../support/until.js';

/** The accounts of a local installation. */
export type Person = 'reviewer' | 'reviewer2' | 'lead' | 'analyst' | 'operator' | 'admin';

const people: readonly Person[] = ['reviewer', 'reviewer2', 'lead', 'analyst', 'operator', 'admin'];
export const passwordOf = (person: Person): string => `a long password of ${person}`;

/** An order that waits for a person. */
export interface OpenCase {
  readonly caseId: string;
  readonly transactionId: string;
  readonly orderId: string;
  readonly body: Json;
}

/** The console of a whole Verdict, and people with browsers who use it. */
export interface Desk {
  readonly stack: Stack;
  readonly browser: TestBrowser;
  /** Opens a page of the console for somebody who has not signed in. */
  readonly open: (options?: PageOptions) => Promise<Page>;
  /** The page of somebody who has signed in; the same page at each call. */
  readonly pageOf: (person: Person) => Promise<Page>;
  /** Sends an order and waits until it is in review. */
  readonly review: (overrides?: Json, tags?: string) => Promise<OpenCase>;
  /** Notes the calls that OMS must get about an order in the end: `process`, `cancel`. */
  readonly expectOms: (one: OpenCase, ...actions: readonly string[]) => void;
  /** The calls that OMS got about the noted orders; waits until it has got all of them. */
  readonly omsHeard: () => Promise<{ heard: string[]; expected: string[] }[]>;
  readonly stop: () => Promise<void>;
}

export const signIn = async (page: Page, person: Person, path = '/console/'): Promise<void> => {
  await page.goto(path);
  await page.fill('[name=name]', person);
  await page.fill('[name=password]', passwordOf(person));
  await Promise.all([
    page.waitForURL((url) => !url.pathname.includes('sign-in')),
    page.press('[name=password]', 'Enter'),
  ]);
};

/** Opens the page of a case and waits for its heading. */
export const openCasePage = async (page: Page, { caseId }: OpenCase): Promise<void> => {
  await page.goto(`/console/cases/${caseId}`);
  await page.locator(`main.case[data-case-id="${caseId}"] h1`).waitFor();
};

const openCase = async (stack: Stack, overrides: Json, tags: string): Promise<OpenCase> => {
  const body = order(overrides, tags);
  const { transactionId, recommendationCode } = await decided(stack, body);
  if (recommendationCode !== 'review') throw new Error(`the order is ${recommendationCode}`);
  const { rows } = await stack.db.query<{ case_id: string }>(
    'select case_id from cases where transaction_id = $1',
    [transactionId],
  );
  const caseId = rows[0]?.case_id ?? '';
  return { caseId, transactionId, orderId: String(body['orderId']), body };
};

const writeAccounts = (folder: string): string => {
  const path = join(folder, 'accounts.json');
  const accounts = Object.fromEntries(people.map((person) => [person, passwordOf(person)]));
  writeFileSync(path, JSON.stringify(accounts), { mode: 0o600 });
  return path;
};

/**
 * Starts Verdict and a browser. Resolves with the reason where no browser can be had; with `CI` set
 * that is a failure.
 */
export const startDesk = async (env: Record<string, string> = {}): Promise<Desk | string> => {
  let browser: TestBrowser;
  try {
    browser = await startBrowser();
  } catch (error) {
    if (!(error instanceof NoBrowser) || process.env['CI']) throw error;
    return error.message;
  }
  const folder = makeTempDir();
  const stack = await startStack({ ACCOUNTS_FILE: writeAccounts(folder.path), ...env });
  const pages = new Map<Person, Promise<Page>>();
  const expectations = new Map<OpenCase, readonly string[]>();
  const openAs = async (person: Person): Promise<Page> => {
    const page = await browser.open(stack.url);
    await signIn(page, person);
    return page;
  };
  return {
    ...{ stack, browser },
    open: (options) => browser.open(stack.url, options),
    pageOf: (person) => {
      const page = pages.get(person) ?? openAs(person);
      pages.set(person, page);
      return page;
    },
    review: (overrides = {}, tags = '+sardine-high') => openCase(stack, overrides, tags),
    expectOms: (one, ...actions) => void expectations.set(one, actions),
    omsHeard: () =>
      Promise.all(
        [...expectations].map(async ([{ body }, expected]) => ({
          heard: await until(`OMS hears ${expected.join()}`, async () => {
            const heard = (await omsCallsOf(stack, body)).map(({ action }) => action);
            return heard.length >= expected.length ? heard : undefined;
          }),
          expected: [...expected],
        })),
      ),
    stop: async () => {
      await browser.close();
      await stack.stop();
      folder.remove();
    },
  };
};
