import { expect, it } from 'vitest';
import { type Desk, openCasePage } from './desk.js';

export const workStories = (desk: () => Desk): void => {
  it('a mention counts in the side of an open page, and opening it leads to the note', async () => {
    const one = await desk().review();
    const page = await desk().pageOf('reviewer2');
    await page.goto('/console/queue');
    await page.locator('tr[data-case-id]').first().waitFor();
    await page.evaluate('document.body.dataset.visit = "first"');
    const note = { text: '@reviewer2 the hotel knows nobody of that name' };
    const { status } = await desk().stack.post(`/v1/cases/${one.caseId}/notes`, note, 'reviewer');
    expect(status).toBe(201);
    await page.locator('#side-mentions[data-unread]').waitFor();
    expect(await page.evaluate('document.body.dataset.visit')).toBe('first');
    await page.locator('a[href="/console/mentions"]').first().click();
    await page.locator('.mention[data-unread] a').first().click();
    await page.locator(`main.case[data-case-id="${one.caseId}"]`).waitFor();
    expect(await page.locator('.note:target').innerText()).toContain('the hotel knows nobody');
    expect(await page.locator('#side-mentions[data-unread]').count()).toBe(0);
  });

  it('filters are saved as a view, opened from the side, and removed again', async () => {
    await desk().review();
    const page = await desk().pageOf('reviewer2');
    await page.goto('/console/queue?min=1');
    await page.locator('[popovertarget=save-view]').click();
    await page.locator('#save-view [name=name]').fill('From one up');
    await page.locator('#save-view [type=submit]').first().click();
    const link = page.locator('.saved a', { hasText: 'From one up' });
    await link.waitFor();
    await page.goto('/console/queue');
    await link.click();
    await page.waitForURL(/\/queue\?min=1$/);
    await page.locator('[popovertarget=save-view]').click();
    await page.locator('#save-view form.foot [type=submit]').click();
    await page.waitForURL(/\/queue$/);
    expect(await link.count()).toBe(0);
  });

  it('a linked order is chosen in the graph, and decided after a preview', async () => {
    const creditCard = { cardNumber: '4000002500001001' };
    const [one, linked] = [
      await desk().review({ creditCard }),
      await desk().review({ creditCard }),
    ];
    const page = await desk().pageOf('reviewer2');
    await page.setViewportSize({ width: 1440, height: 900 });
    await openCasePage(page, one);
    await page.getByRole('button', { name: '2 steps' }).click();
    await page.locator('#linked [aria-pressed=true]', { hasText: '2 steps' }).waitFor();
    const canvas = page.locator('#linked canvas').first();
    await canvas.waitFor();
    // Nothing of the table is out of sight.
    expect(
      await page.evaluate<number>(`(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(
        document.querySelector('#linked .scroll-x'))`),
    ).toBe(0);
    for (const [key, part] of [
      ['3', 'Counts'],
      ['4', 'Earlier orders'],
      ['8', 'Notes'],
      ['1', 'At a glance'],
    ] as const) {
      await page.keyboard.press(key);
      await page.locator('.tabs a[aria-current]', { hasText: part }).waitFor();
    }
    await page.keyboard.press('g');
    const { x, y } = await page.evaluate<{ x: number; y: number }>(
      `document.querySelector('[data-graph]')._cyreg.cy.nodes('[tick = "${linked.caseId}"]')
        .renderedPosition()`,
    );
    const drawn = await canvas.boundingBox();
    await page.mouse.click((drawn?.x ?? 0) + x, (drawn?.y ?? 0) + y);
    await page.locator(`#linked [name=case][value="${linked.caseId}"]:checked`).waitFor();
    expect(await page.locator('.tabs a[aria-current]').innerText()).toBe('Linked');
    await page.getByRole('button', { name: 'Reject the chosen…' }).click();
    await page.getByRole('heading', { name: 'Reject 1 order?' }).waitFor();
    await page.locator('[name=reasonCode]').first().check();
    await page.locator('.bulk-form button[type=submit]').click();
    await page.getByRole('heading', { name: '1 order decided' }).waitFor();
    desk().expectOms(one);
    desk().expectOms(linked, 'cancel');
  });

  it('a tick of the checklist is kept, and the next reviewer sees whose it is', async () => {
    const one = await desk().review();
    const [first, second] = [await desk().pageOf('reviewer'), await desk().pageOf('reviewer2')];
    await openCasePage(first, one);
    await first.locator('[popovertarget=checklist]').click();
    await first.locator('#check-1').check();
    await first.locator('#checklist .checked-by').waitFor();
    expect(await first.locator('#check-count').innerText()).toBe('1 of 1');
    await openCasePage(second, one);
    await second.locator('[popovertarget=checklist]').click();
    expect(await second.locator('#check-1').isChecked()).toBe(true);
    expect(await second.locator('#checklist .checked-by bdi').innerText()).toBe('Reviewer');
  });
};
