import { expect, it } from 'vitest';
import { decided } from '../support/flows.js';
import { order } from '../support/orders.js';
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
    ...['overview', 'queue', 'queue?tag=none', 'account', 'accounts', 'keys', 'alerts', 'audit'],
    ...['lists', 'lists/block', 'labels', 'rules', 'trials', 'backtests', 'policies', 'operations'],
    ...['partners', 'me', 'team', 'mentions', 'no-such-page'],
  ])('the page %s has no violation of WCAG in light and dark, wide and narrow', async (path) => {
    const page = await desk().pageOf('admin');
    await page.goto(`/console/${path}`);
    await page.locator('h1').first().waitFor();
    expect(desk().browser.takeFaults(/status of 404/)).toEqual([]);
    expect(await checkLooks(page)).toEqual([]);
  });

  it('the page of an order that nobody has to decide has no violation either', async () => {
    const { customer } = oddOrders.long;
    const { transactionId, recommendationCode } = await decided(desk().stack, order({ customer }));
    expect(recommendationCode).toBe('accept');
    const page = await desk().pageOf('analyst');
    await page.goto(`/console/orders/${transactionId}`);
    expect(await page.locator('main').innerText()).toContain(customer.lastName);
    expect(await checkLooks(page)).toEqual([]);
  });

  it('a sentence in place of the rules has the whole width of a narrow page', async () => {
    const one = await desk().review();
    const page = await desk().pageOf('lead');
    await page.setViewportSize({ width: 390, height: 844 });
    await openCasePage(page, one);
    const sentence = page.locator('.why td[colspan]');
    expect(await sentence.innerText()).toContain('No rule tripped');
    const [own, table] = await Promise.all([
      sentence.boundingBox(),
      page.locator('.why').boundingBox(),
    ]);
    expect(own?.width).toBeGreaterThan(0.85 * (table?.width ?? Infinity));
    expect(own?.height).toBeLessThan(60);
    // Nobody has allowed this browser to copy.
    await page.keyboard.press('c');
    await page.getByText('The browser did not copy it').waitFor();
  });

  it('a team lead chooses cases and gives them to somebody, whose queue has them', async () => {
    const one = await desk().review();
    const page = await desk().pageOf('lead');
    await page.goto('/console/queue');
    await page.locator(`tr[data-case-id="${one.caseId}"] input[type=checkbox]`).check();
    await page.getByRole('button', { name: 'Assign 1…' }).click();
    await page.locator('select[name=to]').selectOption('reviewer:reviewer2');
    await page.getByLabel(/^Reason/).fill('She knows this shopper.');
    expect(await checkLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Assign 1 case' }).click();
    await page.getByRole('heading', { name: /^1 case assigned to/ }).waitFor();
    await page.goto('/console/team');
    await page.locator('a[href$="who=reviewer%3Areviewer2"]').first().click();
    await page.locator(`tr[data-case-id="${one.caseId}"]`).waitFor();
  });

  it('the sign-in has no violation either, also when it refuses', async () => {
    const page = await desk().open();
    await page.goto('/console/sign-in');
    expect(await checkLooks(page)).toEqual([]);
    await page.fill('[name=name]', 'nobody');
    await page.fill('[name=password]', 'not the password');
    await page.press('[name=password]', 'Enter');
    await page.getByRole('alert').waitFor();
    expect(desk().browser.takeFaults(/status of 401/)).toEqual([]);
    expect(await checkLooks(page)).toEqual([]);
    await page.context().close();
  });

  it('no page has a script or a style of its own, and each has the strict policy', async () => {
    const one = await desk().review();
    const page = await desk().pageOf('admin');
    for (const path of [
      'overview',
      'queue',
      `cases/${one.caseId}`,
      'account',
      'accounts',
      'none',
    ]) {
      const response = await page.request.get(`/console/${path}`);
      expect(inlineIn(await response.text()), path).toEqual([]);
      expect(response.headers()['content-security-policy'], path).toContain("script-src 'self'");
    }
  });
};
