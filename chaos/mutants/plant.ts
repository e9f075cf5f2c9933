import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a storm runs, without documents and tests. */
const copied = [
  ...['activities', 'api', 'bench', 'chaos', 'config', 'console', 'contracts', 'db', 'domain'],
  ...['launcher', 'local', 'partners', 'rules', 'runtime', 'services', 'simulators', 'temporal'],
  ...['worker', 'workflows', 'test/support', 'package.json', 'tsconfig.json'],
];

/** The text with every change of a mutant to this file. Throws unless each fits exactly once. */
export const mutate = (text: string, file: string, { changes }: Mutant): string => {
  let mutated = text;
  for (const { from, to } of changes.filter((change) => change.file === file)) {
    const [before = '', after, ...more] = mutated.split(from);
    if (after === undefined || more.length > 0) {
      throw new Error(`${file} has the text of a mutant ${more.length + 1} times: ${from}`);
    }
    mutated = `${before}${to}${after}`;
  }
  return mutated;
};

/** The files that a mutant changes, with their mutated texts. Throws as `mutate` does. */
export const mutatedFiles = (mutant: Mutant): ReadonlyMap<string, string> =>
  new Map(
    mutant.changes.map(({ file }) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [file, mutate(text, file, mutant)] as const;
    }),
  );

/** Copies this checkout to `folder` and changes the copy: the product itself has no switch. */
export const plant = (mutant: Mutant, folder: string): void => {
  const files = mutatedFiles(mutant);
  for (const name of copied) {
    const isOwn = (path: string) => !/\/(bench\/results|fixtures|var)(\/|$)/.test(path);
    cpSync(join(root, name), join(folder, name), { recursive: true, filter: isOwn });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, text] of files) writeFileSync(join(folder, file), text);
};
