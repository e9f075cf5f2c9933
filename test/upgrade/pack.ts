import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import ts from 'typescript';
import { archives } from './earlier-version.js';

/**
 * Compiles and packs the version in another checkout. Run it by hand:
 * `git worktree add ../previous <commit>`, then
 * `node launcher/main.mjs test/upgrade/pack.ts previous ../previous`. The first word names the
 * archive: `earlier`, for `upgrade.test.ts` to upgrade from, or `previous`, for `way-back.test.ts`.
 */

/** The folders that API, worker and `npm run migrate` read; a version lacks some of them. */
const rooms = [
  ...['activities', 'api', 'config', 'console', 'contracts', 'db', 'domain', 'launcher', 'local'],
  ...['partners', 'rules', 'runtime', 'screening', 'services', 'simulators', 'temporal'],
  ...['worker', 'workflows'],
];

const [name = '', checkout = ''] = process.argv.slice(2);
if (name !== 'earlier' && name !== 'previous') throw new Error('earlier or previous?');

const filesOf = (room: string): string[] =>
  readdirSync(join(checkout, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(checkout, join(entry.parentPath, entry.name)));

/** Without types and comments. Names stay: stack traces can be read. */
const compile = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: {
      ...{ module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, removeComments: true },
    },
  }).outputText;

const contentOf = (file: string): string => {
  const text = readFileSync(join(checkout, file), 'utf8');
  return file.endsWith('.ts') ? compile(text) : text;
};

const there = new Set(readdirSync(checkout));
const files = [
  'package.json',
  'tsconfig.json',
  ...rooms.filter((room) => there.has(room)).flatMap(filesOf),
];
const git = (...args: string[]) =>
  execFileSync('git', ['-C', checkout, ...args], { encoding: 'utf8' }).trim();
const archive = JSON.stringify({
  commit: git('rev-parse', 'HEAD'),
  files: Object.fromEntries(files.toSorted().map((file) => [file, contentOf(file)])),
});
const params = {
  [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
};
writeFileSync(archives[name], brotliCompressSync(archive, { params }));
