import { expect, it } from 'vitest';
import { type Desk, openCasePage, signIn } from './desk.js';

export const sessionStories = (desk: () => Desk): void => {
  it('a page asked for without a session opens after the sign-in', async () => {
    const page = await desk().open();
    await page.goto('/console/account');
    expect(new URL(page.url()).pathname).toBe('/console/sign-in');
    await page.fill('[name=name]', 'reviewer');
    await page.fill('[name=password]', 'not the password');
    await page.press('[name=password]', 'Enter');
    await page.getByRole('alert').waitFor();
    expect(desk().browser.takeFaults(/status of 401/)).toEqual([]);
    await signIn(page, 'reviewer', '/console/account');
    expect(new URL(page.url()).pathname).toBe('/console/account');
    await page.context().close();
  });

  it('a session that has ended leads to the sign-in and back, and decides nothing', async () => {
    const one = await desk().review();
    const page = await desk().open();
    await signIn(page, 'reviewer2');
    await openCasePage(page, one);
    // Only this page's: pages that other stories have left open still ask for news.
    await desk().stack.db.query(
      `delete from console_sessions where session_id =
        (select session_id from console_sessions order by started_at desc limit 1)`,
    );
    await page.keyboard.press('a');
    await page.locator('.pop:popover-open .codes').waitFor();
    await page.keyboard.press('1');
    await page.waitForURL(/sign-in/);
    expect(desk().browser.takeFaults(/status of 401/)).toEqual([]);
    await signIn(page, 'reviewer2', page.url());
    await page.locator(`main.case[data-case-id="${one.caseId}"]`).waitFor();
    desk().expectOms(one);
    await page.context().close();
  });
};
