import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { type LocalStack, startLocalStack } from '../../bench/local-stack.js';
import { watchForStop } from '../../local/stop-request.js';
import { commandOf } from '../../runtime/launcher.js';
import { type PageOptions, startBrowser } from '../support/browser.js';
import { makeTempDir } from '../support/temp-dir.js';
import { reducePalette } from './palette.js';

const folder = fileURLToPath(new URL('../../docs/console', import.meta.url));

/** The same people in every picture. */
const seed = '20';

const narrow = { width: 390, height: 844 } as const;

interface Picture {
  readonly name: string;
  /** Nobody has signed in unless given. */
  readonly person?: string;
  readonly look?: PageOptions;
  /** Brings the page to what the picture shows. */
  readonly go: (page: Page) => Promise<void>;
}

/** Says what it does: the start alone takes half a minute. */
const say = (text: string): void => void process.stderr.write(`  · ${text}\n`);

const runDemo = async (stack: LocalStack, varDir: string): Promise<void> => {
  const [program, ...args] = commandOf('local/demo-main.ts', '--seed', seed);
  const demo = spawn(program, args, {
    env: {
      ...{ PATH: process.env['PATH'], VAR_DIR: varDir, DATABASE_URL: stack.databaseUrl },
      PORT: new URL(stack.apiUrl).port,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(demo, 'exit');
  if (demo.exitCode !== 0) throw new Error('the demo failed');
};

const openQueue = async (page: Page): Promise<void> => {
  await page.goto('/console/queue');
  await page.locator('tr[data-case-id]').first().waitFor();
};

const chooseRows = async (page: Page): Promise<void> => {
  await openQueue(page);
  for (const row of [7, 8, 9]) {
    await page.locator('tr[data-case-id] input[type=checkbox]').nth(row).check();
  }
};

/** Parts that come after the page are there. */
const settled = (page: Page) => page.locator('[aria-busy=true]').waitFor({ state: 'detached' });

/** The case of a linked story, as the queue finds it by its tag. */
const openCase = async (page: Page, tag = 'takeover'): Promise<void> => {
  await page.goto(`/console/queue?tag=${tag}`);
  await page.locator('tr[data-case-id] th a').first().click();
  await page.locator('main.case h1').waitFor();
  await settled(page);
};

const openReasons = async (page: Page): Promise<void> => {
  await openCase(page);
  await page.keyboard.press('r');
  await page.locator('.pop:popover-open').waitFor();
};

const openLinks = async (page: Page): Promise<void> => {
  await openCase(page, 'same-card');
  await page.locator('#linked canvas').first().waitFor();
  await page.evaluate('document.querySelector("#linked").scrollIntoView()');
};

const openKeys = async (page: Page): Promise<void> => {
  await openQueue(page);
  await page.keyboard.press('?');
  await page.locator('dialog.keymap').waitFor();
};

const openPage = (path: string) => async (page: Page) => {
  await page.goto(path);
  await page.locator('h1').first().waitFor();
};

const dark = { theme: 'dark' } as const;

const pictures: readonly Picture[] = [
  { name: 'sign-in', go: openPage('/console/sign-in') },
  { name: 'queue', person: 'reviewer', go: openQueue },
  { name: 'queue-dark', person: 'reviewer', look: dark, go: openQueue },
  { name: 'queue-narrow', person: 'reviewer', look: narrow, go: openQueue },
  { name: 'queue-chosen', person: 'reviewer', go: chooseRows },
  { name: 'case', person: 'reviewer', go: (page) => openCase(page) },
  { name: 'case-dark', person: 'reviewer', look: dark, go: openReasons },
  {
    ...{ name: 'case-narrow', person: 'reviewer', look: { ...narrow, ...dark } },
    go: (page) => openCase(page),
  },
  { name: 'linked', person: 'reviewer', go: openLinks },
  { name: 'keys', person: 'reviewer', go: openKeys },
  { name: 'accounts', person: 'admin', go: openPage('/console/accounts') },
];

const signIn = async (page: Page, name: string, password: string): Promise<void> => {
  await page.goto('/console/sign-in');
  await page.fill('[name=name]', name);
  await page.fill('[name=password]', password);
  await page.press('[name=password]', 'Enter');
  await page.waitForURL((url) => !url.pathname.includes('sign-in'));
};

const takePictures = async (stack: LocalStack, varDir: string): Promise<void> => {
  const passwords = JSON.parse(readFileSync(join(varDir, 'accounts.json'), 'utf8')) as Record<
    string,
    string
  >;
  const browser = await startBrowser();
  try {
    for (const { name, person, look, go } of pictures) {
      const page = await browser.open(stack.apiUrl, look);
      if (person !== undefined) await signIn(page, person, passwords[person] ?? '');
      await go(page);
      const picture = reducePalette(await page.screenshot());
      writeFileSync(join(folder, `${name}.png`), picture);
      say(`${name}.png, ${Math.round(picture.length / 1000)} kB`);
      await page.context().close();
    }
    for (const fault of browser.takeFaults()) say(fault);
  } finally {
    await browser.close();
  }
};

mkdirSync(folder, { recursive: true });
const varDir = makeTempDir();
const stop = watchForStop(process.env, () => process.exit(130));
say('starting Verdict');
const stack = await startLocalStack(process.env, stop.signal, varDir.path);
try {
  say('filling the desk');
  await runDemo(stack, varDir.path);
  await takePictures(stack, varDir.path);
} finally {
  await stack.stop();
  varDir.remove();
}
