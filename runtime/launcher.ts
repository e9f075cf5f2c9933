import { fileURLToPath } from 'node:url';

/** Runs the TypeScript source that is its first argument; compiles everything without one. */
export const launcherPath = fileURLToPath(new URL('../launcher/main.mjs', import.meta.url));

/** The command that runs `file`, a TypeScript source of this checkout, in a process of its own. */
export const commandOf = (
  file: string,
  ...args: readonly string[]
): [program: string, ...args: string[]] => [process.execPath, launcherPath, file, ...args];
