import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalStack, startLocalStack } from '../../bench/local-stack.js';
import { createPool } from '../../db/pool.js';
import { watchForStop } from '../../local/stop-request.js';
import { commandOf } from '../../runtime/launcher.js';
import { startBrowser } from '../support/browser.js';
import { makeTempDir } from '../support/temp-dir.js';
import { reducePalette } from './palette.js';
import { lastShots, laterShots, type Look, looks, type Shot, shots } from './shots.js';
import { addAlertRules, addAnalystsWork, type Place } from './shots-data.js';
import { addFlags } from './shots-flags.js';
import { addMonths } from './shots-months.js';
import { addOddCase } from './shots-odd.js';
import { openPages } from './shots-pages.js';

const folder = fileURLToPath(new URL('../../docs/console', import.meta.url));

/** The same people in every picture. */
const seed = '20';

/** Names of shots; only these are taken if any are given. */
const wanted = process.argv.slice(2);

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

/** Keeps everybody from a table until the returned function is called. */
const lockTable = async (databaseUrl: string, table: string): Promise<() => Promise<void>> => {
  const pool = createPool({ databaseUrl, connections: 1, timeoutMs: 10_000 });
  const client = await pool.connect();
  await client.query('begin');
  await client.query(`lock table ${table} in access exclusive mode`);
  return async () => {
    await client.query('rollback');
    client.release();
    await pool.end();
  };
};

const readJson = (varDir: string, name: string): Record<string, string> =>
  JSON.parse(readFileSync(join(varDir, name), 'utf8')) as Record<string, string>;

const fileOf = ({ name }: Shot, look: Look): string =>
  look.name === 'light' ? `${name}.png` : `${name}-${look.name}.png`;

const looksOf = ({ looks: chosen }: Shot): readonly Look[] =>
  looks.filter(({ name }) => chosen?.includes(name) ?? true);

const isWanted = ({ name }: Shot): boolean => wanted.length === 0 || wanted.includes(name);

const takePictures = async (
  stack: LocalStack,
  varDir: string,
  taken: readonly Shot[],
): Promise<void> => {
  const browser = await startBrowser();
  try {
    const pages = openPages(browser, stack.apiUrl, readJson(varDir, 'accounts.json'));
    for (const shot of taken) {
      for (const look of looksOf(shot)) {
        const unlock = shot.lock && (await lockTable(stack.databaseUrl, shot.lock));
        const page = await pages.show(shot, look);
        if (unlock) await unlock();
        const picture = reducePalette(await page.screenshot());
        writeFileSync(join(folder, fileOf(shot, look)), picture);
        say(`${fileOf(shot, look)}, ${Math.round(picture.length / 1000)} kB`);
      }
    }
    for (const fault of browser.takeFaults(/status of (40[134]|503)/)) say(fault);
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
  const adminKey = readJson(varDir.path, 'keys.json')['admin'] ?? '';
  const place: Place = { ...stack, adminKey };
  say('filling the desk');
  await addAlertRules(place);
  await runDemo(stack, varDir.path);
  await addAnalystsWork(place);
  await addOddCase(place);
  await takePictures(stack, varDir.path, shots.filter(isWanted));
  if (laterShots.some(isWanted)) {
    say('adding some months');
    await addMonths(place);
    await takePictures(stack, varDir.path, laterShots.filter(isWanted));
  }
  if (lastShots.some(isWanted)) {
    say('publishing rule sets that flag too many');
    await addFlags(place);
    await takePictures(stack, varDir.path, lastShots.filter(isWanted));
  }
} finally {
  await stack.stop();
  varDir.remove();
}
