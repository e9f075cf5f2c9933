import { expect, it } from 'vitest';
import { type Desk, openCasePage } from './desk.js';
import { checkLooks, inlineIn } from './looks.js';

const longName = `Wolfeschlegelsteinhausenbergerdorff${'-Vandenbergh'.repeat(6)}`;

/** Orders whose values are hard to show. */
const oddOrders = {
  markup: {
    customer: { firstName: '<script>alert(1)</script>', lastName: '<img src=x onerror=alert(2)>' },
  },
  rightToLeft: { customer: { firstName: 'ליאורה', lastName: 'بن‌يوسف' } },
  long: { customer: { firstName: 'Adolph Blaine Charles David', lastName: longName } },
} as const;

export const pageStories = (desk: () => Desk): void => {
  it.each(Object.keys(oddOrders) as (keyof typeof oddOrders)[])(
    'a name that is hard to show stands there as it was sent, and acts on nothing: %s',
    async (kind) => {
      const { customer } = oddOrders[kind];
      const one = await desk().review({ customer });
      const page = await desk().pageOf('lead');
      await openCasePage(page, one);
      const text = await page.locator('main.case').innerText();
      expect(text).toContain(customer.firstName);
      expect(text).toContain(customer.lastName);
      expect(await checkLooks(page)).toEqual([]);
    },
  );

  it.each([
    ...['queue', 'mentions', 'account', 'accounts', 'keys', 'alerts', 'audit', 'lists'],
    ...['operations', 'partners', 'no-such-page'],
  ])('the page %s has no violation of WCAG in light and dark, wide and narrow', async (path) => {
    const page = await desk().pageOf('admin');
    await page.goto(`/console/${path}`);
    await page.locator('h1').first().waitFor();
    expect(desk().browser.takeFaults(/status of 404/)).toEqual([]);
    expect(await checkLooks(page)).toEqual([]);
  });

  it('no page has a script or a style of its own, and each has the strict policy', async () => {
    const one = await desk().review();
    const page = await desk().pageOf('admin');
    for (const path of ['queue', `cases/${one.caseId}`, 'account', 'accounts', 'keys', 'none']) {
      const response = await page.request.get(`/console/${path}`);
      expect(inlineIn(await response.text()), path).toEqual([]);
      expect(response.headers()['content-security-policy'], path).toContain("script-src 'self'");
    }
  });
};
