import type { Page } from 'playwright-core';
import { axe } from '../support/axe.js';

const looks = [
  { theme: 'light', width: 1440, height: 900 },
  { theme: 'dark', width: 1440, height: 900 },
  { theme: 'dark', width: 390, height: 844 },
  { theme: 'light', width: 390, height: 844 },
] as const;

/** What axe-core finds in each theme and width, and which pages scroll sideways. */
export const checkLooks = async (page: Page): Promise<string[]> => {
  const found: string[] = [];
  for (const { theme, width, height } of looks) {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width, height });
    const where = `${new URL(page.url()).pathname} ${theme} ${width}`;
    found.push(...(await axe(page)).map((line) => `${where}: ${line}`));
    const widthPx = await page.evaluate<number>('document.documentElement.scrollWidth');
    if (widthPx > width) found.push(`${where}: scrolls sideways, ${widthPx} px wide`);
  }
  return found;
};

/** Scripts and styles that stand in the HTML itself, which the policy forbids. */
export const inlineIn = (html: string): string[] =>
  html.match(/<script(?![^>]*\bsrc=)[^>]*>|<style[^>]*>|\s(?:on[a-z]+|style)="[^"]*"/g) ?? [];
