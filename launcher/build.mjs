import {
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledName, digestOfFile, root, tsconfig } from './sources.mjs';

/** An image may compile as one user and run as another. Nobody else may change the files. */
export const mode = 0o755;

const transformOptions = {
  format: 'esm',
  target: 'node20.19',
  sourcemap: 'external',
  sourcesContent: false,
  tsconfigRaw: tsconfig.toString(),
};

/** A source changed after its digest was taken. */
export class SourceChanged extends Error {}

/** Compiles one file. Its `import.meta.url` stays that of the source: data is found beside it. */
const compileFile = async (esbuild, { file, digest, to }) => {
  const source = join(root, file);
  const content = readFileSync(source);
  if (digestOfFile(file, content) !== digest) throw new SourceChanged(file);
  const { code, map } = await esbuild.transform(content, {
    ...transformOptions,
    loader: extname(file).slice(1),
    sourcefile: source,
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(source).href) },
  });
  writeFileSync(to, code);
  writeFileSync(`${to}.map`, map);
};

const manifestOf = (build) => {
  try {
    return JSON.parse(readFileSync(join(build, 'manifest.json'), 'utf8'));
  } catch {
    return {};
  }
};

const lengthOf = (path) => statSync(path, { throwIfNoEntry: false })?.size;

const hasAll = (build, manifest) =>
  Object.keys(manifest).length > 0 &&
  Object.entries(manifest).every(
    ([file, { bytes }]) => lengthOf(join(build, compiledName(file))) === bytes,
  );

/** False for a build whose contents never reached the disk because the power failed. */
export const isWhole = (build) => hasAll(build, manifestOf(build));

/** Takes an unchanged file from an earlier build. False when there is none. */
const reuse = (earlier, digests, file, to) => {
  const build = earlier.find(({ manifest }) => manifest[file]?.digest === digests[file])?.path;
  if (build === undefined) return false;
  const from = join(build, compiledName(file));
  try {
    linkSync(from, to);
    linkSync(`${from}.map`, `${to}.map`);
    return true;
  } catch {
    // Another process has removed that build.
    rmSync(to, { force: true });
    return false;
  }
};

/**
 * Fills the folder `draft` with everything that `digests` names. Links files that are unchanged
 * since one of the builds `earlier`, given by path. Throws `SourceChanged`.
 */
export const fill = async (draft, digests, earlier) => {
  const files = Object.keys(digests);
  for (const folder of new Set(files.map((file) => dirname(file)))) {
    mkdirSync(join(draft, folder), { recursive: true, mode });
  }
  const whole = earlier
    .map((path) => ({ path, manifest: manifestOf(path) }))
    .filter(({ path, manifest }) => hasAll(path, manifest));
  const isNew = (file) => !reuse(whole, digests, file, join(draft, compiledName(file)));
  const changed = files.filter(isNew);
  if (changed.length > 0) {
    const esbuild = await import('esbuild');
    try {
      const compile = (file) =>
        compileFile(esbuild, { file, digest: digests[file], to: join(draft, compiledName(file)) });
      await Promise.all(changed.map(compile));
    } finally {
      await esbuild.stop();
    }
  }
  symlinkSync(join(root, 'node_modules'), join(draft, 'node_modules'));
  writeFileSync(join(draft, 'package.json'), '{"type":"module"}\n');
  const described = Object.entries(digests).map(([file, digest]) => [
    file,
    { digest, bytes: lengthOf(join(draft, compiledName(file))) },
  ]);
  writeFileSync(join(draft, 'manifest.json'), JSON.stringify(Object.fromEntries(described)));
};
