import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { type Percentiles, percentilesOf } from '../percentiles.js';

/** Key presses of one kind in a browser. */
export interface PressTimes {
  /** From the press to the frame that shows the next case. */
  readonly painted: Percentiles;
  /** The part of it that the answer took, from the request to its last byte. */
  readonly answered: Percentiles;
}

interface PressTime {
  readonly paintedMs: number;
  readonly answeredMs: number;
}

/** Measures the presses of a page, in each document that it opens from now on. */
export const watch = async (page: Page): Promise<void> => {
  await page.addInitScript({ path: fileURLToPath(new URL('watch-presses.js', import.meta.url)) });
};

/** What a reviewer presses to come to the next case. */
export type Press = (page: Page) => Promise<void>;

const pressOnce = async (page: Page, press: Press): Promise<PressTime> => {
  await press(page);
  const place = page.locator('html[data-bench-painted]');
  await place.waitFor({ state: 'attached' });
  const text = await place.getAttribute('data-bench-painted');
  return JSON.parse(text ?? '') as PressTime;
};

/** Presses `count` times, with a pause for reading before each. */
export const measurePresses = async (
  page: Page,
  press: Press,
  given: { readonly count: number; readonly readingMs: number; readonly signal: AbortSignal },
): Promise<PressTimes> => {
  const times: PressTime[] = [];
  for (let index = 0; index < given.count; index += 1) {
    await pause(given.readingMs, undefined, { signal: given.signal });
    times.push(await pressOnce(page, press));
  }
  return {
    painted: percentilesOf(times.map(({ paintedMs }) => paintedMs)),
    answered: percentilesOf(times.map(({ answeredMs }) => answeredMs)),
  };
};

/** Nobody finds a reason faster, even who knows its number. */
const choosingMs = 250;

/** Opens the reasons and takes the first one. */
export const decideByKeys: Press = async (page) => {
  await page.keyboard.press('a');
  await page.locator('.pop:popover-open .codes').waitFor();
  await pause(choosingMs);
  await page.keyboard.press('1');
};

export const toNeighbour: Press = (page) => page.keyboard.press('j');
