// Runs a TypeScript source of this checkout, compiled: node launcher/main.mjs local/main.ts
// Without a source it only compiles.
import { resolve } from 'node:path';
import { compileAll } from './compile.mjs';
import { run } from './run.mjs';

const [, , file] = process.argv;
if (file === undefined) {
  await compileAll();
} else {
  const source = resolve(file);
  // The program finds its own name and arguments where Node places them.
  process.argv.splice(1, 2, source);
  await run(source);
}
