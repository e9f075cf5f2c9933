import type { Page } from 'playwright-core';
import { NoBrowser, startBrowser, type TestBrowser } from '../../test/support/browser.js';
import type { BenchContext } from '../context.js';
import type { Person } from './desk.js';
import type { Plan } from './plan.js';
import { decideByKeys, measurePresses, type PressTimes, toNeighbour, watch } from './presses.js';

/** Key presses of a reviewer, until the next case is on the screen. */
export interface BrowserTimes {
  readonly decided: PressTimes;
  readonly neighbour: PressTimes;
}

/** A browser, or undefined with a word about it where none can be had. */
export const findBrowser = async ({
  say,
}: Pick<BenchContext, 'say'>): Promise<TestBrowser | undefined> => {
  try {
    return await startBrowser();
  } catch (error) {
    if (!(error instanceof NoBrowser)) throw error;
    say(`the key presses are left out: ${error.message}`);
    return undefined;
  }
};

/** Opens a page for somebody who signs in. */
export const openDesk = async (
  browser: TestBrowser,
  url: string,
  { name, password }: Person,
): Promise<Page> => {
  const page = await browser.open(url);
  await watch(page);
  await page.goto('/console/sign-in');
  await page.fill('[name=name]', name);
  await page.fill('[name=password]', password);
  await Promise.all([
    page.waitForURL((address) => !address.pathname.includes('sign-in')),
    page.press('[name=password]', 'Enter'),
  ]);
  return page;
};

/** A first few presses fetch files and compile scripts; they are not counted. */
const warmUps = 2;

const openCase = async (page: Page, caseId: string): Promise<void> => {
  await page.goto(`/console/cases/${caseId}`);
  await page.locator('#linked:not([aria-busy])').waitFor();
};

/** How many cases each measurement leads through. */
export const casesFor = ({ presses }: Pick<Plan, 'presses'>): number => presses + warmUps + 2;

/**
 * Presses through cases that are the first of the queue: to the neighbour, and with a decision of
 * each. Throws when the pages have faults.
 */
export const measureBrowser = async (
  page: Page,
  caseIds: readonly string[],
  { presses, readingMs }: Pick<Plan, 'presses' | 'readingMs'>,
  signal: AbortSignal,
): Promise<BrowserTimes> => {
  const first = caseIds[0] ?? '';
  const measure = async (press: typeof decideByKeys): Promise<PressTimes> => {
    await openCase(page, first);
    await measurePresses(page, press, { count: warmUps, readingMs, signal });
    return measurePresses(page, press, { count: presses, readingMs, signal });
  };
  const neighbour = await measure(toNeighbour);
  return { neighbour, decided: await measure(decideByKeys) };
};
