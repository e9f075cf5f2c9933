import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** This checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A part of the product as a real process; its output is recorded. */
export interface Child {
  readonly lines: string[];
  readonly process: ChildProcess;
  /** Resolves once a printed line contains `text`; rejects when the process ends first. */
  readonly printed: (text: string) => Promise<void>;
  /** Resolves once the process has ended and its output is complete. */
  readonly ended: Promise<unknown>;
  /** Ends the process by `signal` and waits for its end. */
  readonly end: (signal?: NodeJS.Signals) => Promise<void>;
}

/** Versions from before the launcher run by tsx. */
const commandIn = (checkout: string, file: string): readonly [string, ...string[]] => {
  const launcher = join(checkout, 'launcher', 'main.mjs');
  return [process.execPath, ...(existsSync(launcher) ? [launcher] : ['--import', 'tsx']), file];
};

/** Starts `file` of a checkout, by default this one, with exactly this environment (and PATH). */
export const startChild = (
  file: string,
  env: Record<string, string>,
  checkout = root,
  words: readonly string[] = [],
): Child => {
  const [program, ...args] = commandIn(checkout, file);
  const child = spawn(program, [...args, ...words], {
    cwd: checkout,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  const exited = once(child, 'exit');
  return {
    lines,
    process: child,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!lines.some((line) => line.includes(text))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void exited.then(() => reject(new Error(`${file} ended:\n${lines.slice(-20).join('\n')}`)));
      }),
    ended: once(child, 'close'),
    end: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
};
