import { expect, it } from 'vitest';
import { type Desk, signIn } from './desk.js';

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
};
