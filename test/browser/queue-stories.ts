import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Desk, OpenCase } from './desk.js';
import { checkLooks } from './looks.js';

const rowOf = (page: Page, { caseId }: OpenCase) => page.locator(`tr[data-case-id="${caseId}"]`);

const claimByApi = async (desk: Desk, { caseId }: OpenCase): Promise<void> => {
  const { status } = await desk.stack.post(`/v1/cases/${caseId}/claim`, {}, 'reviewer');
  expect(status).toBe(200);
};

export const queueStories = (desk: () => Desk): void => {
  it('a claim of somebody else shows in its row; new cases wait to be asked for', async () => {
    const shown = await desk().review();
    const page = await desk().pageOf('reviewer2');
    await page.goto('/console/queue');
    await rowOf(page, shown).waitFor();
    await page.evaluate('document.body.dataset.visit = "first"');
    await claimByApi(desk(), shown);
    await page.locator(`tr[data-case-id="${shown.caseId}"][data-held]`).waitFor();
    const later = await desk().review();
    await page.locator('[data-new]').waitFor();
    expect(await rowOf(page, later).count()).toBe(0);
    expect(await page.evaluate('document.body.dataset.visit')).toBe('first');
    await page.locator('[data-new]').click();
    await rowOf(page, later).waitFor();
  });

  it('J moves the focus, Enter opens the case, a full stop claims the next one', async () => {
    await desk().review();
    const page = await desk().pageOf('reviewer2');
    await page.goto('/console/queue');
    const rows = page.locator('tr[data-case-id]');
    await rows.nth(1).waitFor();
    const caseId = await rows.nth(1).getAttribute('data-case-id');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator(`main.case[data-case-id="${caseId}"]`).waitFor();
    expect(await page.locator('[data-action=release]').count()).toBe(0);
    await page.keyboard.press('.');
    await page.locator('main.case [data-action=release]').waitFor();
    await page.keyboard.press('?');
    await page.locator('dialog.keymap').waitFor();
    expect(await page.locator('dialog.keymap kbd').count()).toBeGreaterThan(20);
  });

  it('several cases are decided at once, and the preview names who is left out', async () => {
    const [one, other, held] = [
      await desk().review(),
      await desk().review(),
      await desk().review(),
    ];
    await claimByApi(desk(), held);
    const page = await desk().pageOf('reviewer');
    await page.goto('/console/queue');
    for (const chosen of [one, other, held]) {
      await rowOf(page, chosen).locator('input[type=checkbox]').check();
    }
    await page.locator('.bulk [data-action=reject]').click();
    const heading = page.getByRole('heading', { level: 1 });
    expect(await heading.innerText()).toBe('Reject 2 orders?');
    expect(await page.locator('main').innerText()).toContain('Left out: local works on it');
    expect(await checkLooks(page)).toEqual([]);
    await page.locator('[name=reasonCode]').first().check();
    await page.locator('.bulk-form button[type=submit]').click();
    await page.waitForURL(/bulk\/decision/);
    expect(await heading.innerText()).toBe('2 orders decided');
    desk().expectOms(one, 'cancel');
    desk().expectOms(other, 'cancel');
    desk().expectOms(held);
  });
};
