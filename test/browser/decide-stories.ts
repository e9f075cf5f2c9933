import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { until } from '../support/until.js';
import { type Desk, type OpenCase, openCasePage } from './desk.js';

/** Presses a letter and the first reason, and waits until the answer is painted. */
const decideByKeys = async (page: Page, letter: 'a' | 'r'): Promise<void> => {
  await page.keyboard.press(letter);
  await page.locator('.pop:popover-open .codes').waitFor();
  await page.keyboard.press('1');
  await page.locator('.pop:popover-open').waitFor({ state: 'detached' });
};

const statesOf = async (desk: Desk, { caseId }: OpenCase): Promise<string[]> => {
  const { rows } = await desk.stack.db.query<{ state: string }>(
    'select state from case_decisions where case_id = $1 order by decided_at',
    [caseId],
  );
  return rows.map(({ state }) => state);
};

const stateIs = (desk: Desk, one: OpenCase, ...states: string[]) =>
  until(`the decision is ${states.join(', ')}`, async () => {
    const found = await statesOf(desk, one);
    expect(found).toEqual(states);
    return true;
  });

export const decideStories = (desk: () => Desk): void => {
  it('a decision by two keys opens the next case, and Z takes it back', async () => {
    const [kept, undone] = [await desk().review(), await desk().review()];
    // Somebody who decides is led to a next case.
    await desk().review();
    const page = await desk().pageOf('reviewer');
    await openCasePage(page, undone);
    await decideByKeys(page, 'a');
    await page.locator('[data-undo-seconds]').waitFor();
    await page.keyboard.press('z');
    await stateIs(desk(), undone, 'undone');
    await openCasePage(page, kept);
    await decideByKeys(page, 'a');
    await page.locator('[data-undo-seconds]').waitFor();
    expect(await page.locator('main.case').getAttribute('data-case-id')).not.toBe(kept.caseId);
    desk().expectOms(undone);
    desk().expectOms(kept, 'process');
  });

  it('above the limit a second person decides, and not the first one twice', async () => {
    const dear = { orderTotal: 6000, creditCard: { authorizedAmount: 6000, fullAmount: 6000 } };
    const one = await desk().review(dear);
    const [first, second] = [await desk().pageOf('reviewer'), await desk().pageOf('reviewer2')];
    await openCasePage(first, one);
    await decideByKeys(first, 'r');
    await stateIs(desk(), one, 'awaiting_second');
    await openCasePage(first, one);
    expect(await first.locator('[data-action=reject]').isDisabled()).toBe(true);
    await openCasePage(second, one);
    await decideByKeys(second, 'r');
    desk().expectOms(one, 'cancel');
  });

  it('of two reviewers at the same instant one decides, and the other learns who', async () => {
    const one = await desk().review();
    const pages = [await desk().pageOf('reviewer'), await desk().pageOf('reviewer2')];
    for (const page of pages) await openCasePage(page, one);
    for (const page of pages) {
      await page.keyboard.press('a');
      await page.locator('.pop:popover-open .codes').waitFor();
    }
    await Promise.all(pages.map((page) => page.keyboard.press('1')));
    await stateIs(desk(), one, 'pending');
    const told = await until('one of them is told', async () => {
      const texts = await Promise.all(pages.map((page) => page.locator('main').innerText()));
      return texts.find((text) => text.includes('Nothing was changed: '));
    });
    expect(told).toMatch(/Nothing was changed: (Reviewer|Second reviewer) accepted the order/);
    desk().expectOms(one, 'process');
  });

  it('what others do to a case is said at once, also while its parts are read', async () => {
    const one = await desk().review();
    const page = await desk().pageOf('reviewer');
    await openCasePage(page, one);
    const claimed = await desk().stack.post(`/v1/cases/${one.caseId}/claim`, {}, 'reviewer');
    expect(claimed.status).toBe(200);
    const place = page.locator('[data-changed]:not([hidden])');
    await place.waitFor();
    expect(await place.innerText()).toContain('somebody claimed it');
    desk().expectOms(one);
  });

  it('while no worker runs a decision is kept, and applied once one does', async () => {
    const one = await desk().review();
    const page = await desk().pageOf('reviewer');
    await openCasePage(page, one);
    await desk().stack.worker.end();
    await decideByKeys(page, 'a');
    await stateIs(desk(), one, 'pending');
    await desk().stack.restartWorker();
    desk().expectOms(one, 'process');
  });

  it('a claim that nobody keeps ends, and somebody else decides', async () => {
    const one = await desk().review();
    const [away, other] = [await desk().pageOf('reviewer'), await desk().pageOf('reviewer2')];
    await openCasePage(away, one);
    await away.locator('[data-action=claim]').click();
    await away.locator('[data-action=release]').waitFor();
    await openCasePage(other, one);
    expect(await other.locator('[data-action=accept]').isDisabled()).toBe(true);
    await away.goto('/console/account');
    await desk().stack.db.query(
      `update cases set claim_until = now() - interval '1 second' where case_id = $1`,
      [one.caseId],
    );
    await openCasePage(other, one);
    await decideByKeys(other, 'r');
    desk().expectOms(one, 'cancel');
  });
};
