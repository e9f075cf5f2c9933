import type { Page } from 'playwright-core';
import type { TestBrowser } from '../support/browser.js';
import type { Look, Shot } from './shots.js';

const signIn = async (page: Page, name: string, password: string): Promise<void> => {
  await page.goto('/console/sign-in');
  await page.fill('[name=name]', name);
  await page.fill('[name=password]', password);
  await page.press('[name=password]', 'Enter');
  await page.waitForURL((url) => !url.pathname.includes('sign-in'));
};

/** Pages of people who have signed in, one for each person. */
export const openPages = (
  browser: TestBrowser,
  origin: string,
  passwords: Readonly<Record<string, string>>,
) => {
  const pages = new Map<string, Promise<Page>>();
  const openFor = async (person: string | undefined): Promise<Page> => {
    const page = await browser.open(origin);
    if (person !== undefined) await signIn(page, person, passwords[person] ?? '');
    return page;
  };
  return {
    /** Brings the page to the state that the picture shows, in one theme and width. */
    show: async ({ person, go }: Shot, { theme, width, height }: Look): Promise<Page> => {
      const page = await (pages.get(person ?? '') ?? openFor(person));
      pages.set(person ?? '', Promise.resolve(page));
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      await go(page);
      // Nothing stays under the mouse of the page before.
      await page.mouse.move(0, 0);
      return page;
    },
  };
};
