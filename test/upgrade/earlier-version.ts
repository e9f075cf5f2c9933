import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { makeTempDir } from '../support/temp-dir.js';

/**
 * Earlier versions of Verdict, compiled and packed by `pack.ts`. They run on the packages of this
 * checkout. Why versions and no stored state: `docs/decisions/0017-upgrade-test.md`.
 */
export const archives = {
  /** An old one, with the queues and steps of that time. */
  earlier: 'test/upgrade/earlier-version.json.br',
  /** The one that operators would go back to. */
  previous: 'test/upgrade/previous-version.json.br',
} as const;

interface Archive {
  readonly commit: string;
  /** Contents by path. */
  readonly files: Readonly<Record<string, string>>;
}

export interface EarlierVersion {
  /** A checkout of it, without its tests. */
  readonly folder: string;
  readonly remove: () => void;
}

export const unpackEarlierVersion = (name: keyof typeof archives): EarlierVersion => {
  const { files } = JSON.parse(
    brotliDecompressSync(readFileSync(archives[name])).toString(),
  ) as Archive;
  const folder = makeTempDir();
  for (const [file, content] of Object.entries(files)) {
    const path = join(folder.path, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  symlinkSync(resolve('node_modules'), join(folder.path, 'node_modules'));
  return { folder: folder.path, remove: () => folder.remove() };
};
