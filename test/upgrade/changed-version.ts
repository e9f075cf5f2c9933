import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { makeTempDir } from '../support/temp-dir.js';
import type { EarlierVersion } from './earlier-version.js';

/** The files that API and worker read of a checkout. */
const parts = [
  ...['activities', 'api', 'config', 'console', 'contracts', 'db', 'domain', 'launcher', 'local'],
  ...['partners', 'rules', 'runtime', 'services', 'simulators', 'temporal', 'worker', 'workflows'],
  ...['package.json', 'tsconfig.json'],
];

const recipes = 'docs/recipes.md';
const story = 'workflows/order/screen-transaction.ts';

/** The line that the recipe adds, the line that it goes before, and its import. */
const settles = '      const settlement = await settle(input, screening);\n';
const imports = "  setHandler,\n} from '@temporalio/workflow';";

/** The change of the workflow that the recipe shows. */
const changeOfRecipe = (): string => {
  const [, change] =
    /```diff\n\+([^`]*patched\([^`]*)```/.exec(readFileSync(recipes, 'utf8')) ?? [];
  if (change === undefined) throw new Error(`${recipes} shows no change of a workflow`);
  return change;
};

const edited = (text: string, from: string, to: string): string => {
  expect(text).toContain(from);
  return text.replace(from, () => to);
};

/** The same change by somebody who forgets the guard. */
const withoutGuard = (change: string): string =>
  edited(change, change.match(/ && patched\('[^']+'\)/)?.[0] ?? 'a guard', '');

/** A copy of this checkout with the change of the recipe, which `isGuarded` by `patched` or not. */
export const makeChangedVersion = (isGuarded: boolean): EarlierVersion => {
  const folder = makeTempDir();
  for (const part of parts) cpSync(part, join(folder.path, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder.path, 'node_modules'));
  const change = isGuarded ? changeOfRecipe() : withoutGuard(changeOfRecipe());
  const path = join(folder.path, story);
  const names = `  setHandler,\n  patched,\n  sleep,\n} from '@temporalio/workflow';`;
  const text = edited(readFileSync(path, 'utf8'), settles, `${change}${settles}`);
  writeFileSync(path, edited(text, imports, names));
  return { folder: folder.path, remove: () => folder.remove() };
};
