import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What `npm start` needs. Benchmarks and tests import each other and all of it. */
export const productRooms = [
  ...['activities', 'api', 'console', 'contracts', 'db', 'domain', 'local', 'partners'],
  ...['runtime', 'services', 'simulators', 'temporal', 'worker', 'workflows'],
];
export const allRooms = [...productRooms, 'bench', 'chaos', 'test'];

const sourceName = /\.tsx?$/;

/** The TypeScript files below a folder of the root; none where the folder is missing. */
const sourcesIn = (folder) => {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourcesIn(path);
    return entry.isFile() && sourceName.test(entry.name) ? [path] : [];
  });
};

/** A hash of texts and contents, in their order. */
const digestOf = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex').slice(0, 24);
};

export const tsconfig = readFileSync(join(root, 'tsconfig.json'));

/** Everything besides a source that its compiled file depends on. */
const recipe = digestOf(
  root,
  tsconfig,
  readFileSync(createRequire(import.meta.url).resolve('esbuild/package.json')),
  ...['sources.mjs', 'build.mjs'].map((name) => readFileSync(new URL(name, import.meta.url))),
);

/** The digest of one file's content. */
export const digestOfFile = (file, content) => digestOf(recipe, file, content);

/** Reads the sources: a digest by file, and one of them all. */
export const survey = (rooms) => {
  const digests = {};
  for (const file of rooms.flatMap(sourcesIn).toSorted()) {
    digests[file] = digestOfFile(file, readFileSync(join(root, file)));
  }
  return { digests, name: digestOf(...Object.entries(digests).flat()) };
};

/** Where a build has the compiled file of a source. */
export const compiledName = (file) => file.replace(sourceName, '.js');
