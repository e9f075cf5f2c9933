import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { compile } from './compile.mjs';
import { traceSources } from './stack-traces.mjs';

/** Runs a TypeScript source, given by its absolute path, in this process or thread. */
export const run = async (source) => {
  const { build, path } = await compile(source);
  // As Node names modules.
  traceSources(realpathSync(build));
  await import(pathToFileURL(path).href);
};
