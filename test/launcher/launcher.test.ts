import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { uptime } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeTempDir, type TempDir } from '../support/temp-dir.js';

/** A checkout with the launcher, esbuild and two sources. */
let checkout: TempDir;
let temp: TempDir;
const builds = () => join(checkout.path, 'node_modules', '.cache', 'verdict');

const write = (file: string, text: string): void => {
  const path = join(checkout.path, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

const start = async (...args: string[]) => {
  const command = ['launcher/main.mjs', 'local/main.ts', ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    cwd: checkout.path,
    env: { TMPDIR: temp.path },
  });
  return stdout.trim();
};

beforeEach(() => {
  checkout = makeTempDir();
  temp = makeTempDir();
  cpSync('launcher', join(checkout.path, 'launcher'), { recursive: true });
  cpSync('tsconfig.json', join(checkout.path, 'tsconfig.json'));
  mkdirSync(join(checkout.path, 'node_modules'));
  symlinkSync(resolve('node_modules/esbuild'), join(checkout.path, 'node_modules', 'esbuild'));
  write('domain/word.ts', `export const word: string = 'first';`);
  write(
    'local/main.ts',
    `import { version } from 'esbuild';
    import { word } from '../domain/word.js';
    console.log(word, typeof version, ...process.argv.slice(2));`,
  );
});

afterEach(() => {
  checkout.remove();
  temp.remove();
});

it('a changed source is what runs next, also with its old size and time of change', async () => {
  const time = new Date('2026-01-01T00:00:00Z');
  const age = () => utimesSync(join(checkout.path, 'domain/word.ts'), time, time);
  age();
  expect(await start('one', 'two')).toBe('first string one two');
  write('domain/word.ts', `export const word: string = 'other';`);
  age();
  expect(await start()).toBe('other string');
  write('domain/word.ts', `export const word: string = 'first';`);
  expect(await start()).toBe('first string');
  expect(readdirSync(builds())).toHaveLength(2);
});

it('processes that start at once on a changed source all come up', async () => {
  expect(await Promise.all([start(), start(), start()])).toEqual(Array(3).fill('first string'));
  expect(readdirSync(builds())).toHaveLength(1);
});

it('repairs a build that lost its contents in a loss of power', async () => {
  await start();
  const [name = ''] = readdirSync(builds());
  truncateSync(join(builds(), name, 'domain', 'word.js'));
  const beforeBoot = new Date(Date.now() - (uptime() + 60) * 1000);
  utimesSync(join(builds(), name), beforeBoot, beforeBoot);
  expect(await start()).toBe('first string');
});

it('keeps few builds and no drafts of killed processes', async () => {
  const old = new Date(Date.now() - 86_400_000);
  for (const name of ['unfinished.1', ...Array.from({ length: 9 }, (_, index) => `old${index}`)]) {
    mkdirSync(join(builds(), name), { recursive: true });
    utimesSync(join(builds(), name), old, old);
  }
  await start();
  const left = readdirSync(builds());
  expect(left).toHaveLength(8);
  expect(left).not.toContain('unfinished.1');
});

it('stack traces name the source and its line, in the process and its threads', async () => {
  const thread = join(checkout.path, 'launcher', 'thread.mjs');
  write(
    'domain/word.ts',
    `interface Gone { readonly types: string }

export const word = new Error('lost').stack?.split('\\n')[1] as string & keyof Gone;`,
  );
  write(
    'local/main.ts',
    `import { Worker } from 'node:worker_threads';
    import { word } from '../domain/word.js';
    console.log(word);
    new Worker(${JSON.stringify(thread)}, {
      workerData: new URL('thread.ts', import.meta.url).href,
    });`,
  );
  write('local/thread.ts', `import { word } from '../domain/word.js'; console.log(word);`);
  const place = `    at ${join(checkout.path, 'domain/word.ts')}:3:21`;
  expect(await start()).toBe(`${place}\n${place}`.trim());
});

it('starts where nothing can be written beside the packages', async () => {
  // A file in place of the folder: permissions would not stop root.
  writeFileSync(join(checkout.path, 'node_modules', '.cache'), '');
  expect(await start()).toBe('first string');
  expect(readdirSync(temp.path)).toHaveLength(1);
  expect(await start()).toBe('first string');
});

it('runs no file from a folder that another user could have written', async () => {
  writeFileSync(join(checkout.path, 'node_modules', '.cache'), '');
  await start();
  const [name = ''] = readdirSync(temp.path);
  chmodSync(join(temp.path, name), 0o777);
  await expect(start()).rejects.toThrow('compiled files can be written neither to');
});

it.each([
  ['local/none.ts', 'there is no source'],
  ['local/wrong.ts', 'Expected ";"'],
])('%s: says what is wrong and exits with 1', async (file, message) => {
  if (file === 'local/wrong.ts') write(file, 'this is no program');
  const command = ['launcher/main.mjs', file];
  const failed = await promisify(execFile)(process.execPath, command, { cwd: checkout.path }).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
});
