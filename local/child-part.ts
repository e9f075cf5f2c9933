import { commandOf } from '../runtime/launcher.js';
import { launch } from './managed-process.js';
import { httpProbe, untilReady } from './readiness.js';
import type { Part } from './supervisor.js';

export interface ChildPartOptions {
  readonly name: string;
  readonly needs: readonly string[];
  /** Absolute path of the TypeScript file to run. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers 2xx when the part is ready. */
  readonly readyUrl: string;
  readonly onLine: (line: string) => void;
  /** Two minutes unless given: a part that has ended is noticed before. */
  readonly startTimeoutMs?: number;
}

const usualStartMs = 120_000;

/**
 * By default each thread of the SDK's core gets an arena of memory of its own in glibc, and what a
 * rush leaves there stays. Other systems ignore the variable.
 */
const memory = { MALLOC_ARENA_MAX: '2' };

/** A Node process of Verdict. It exits when its IPC channel to the supervisor closes. */
export const childPart = (options: ChildPartOptions): Part => ({
  name: options.name,
  needs: options.needs,
  start: async (signal) => {
    const child = launch(commandOf(options.file), {
      env: { ...memory, ...options.env },
      ipc: true,
      onLine: options.onLine,
    });
    await untilReady({
      name: options.name,
      process: child,
      probe: httpProbe(options.readyUrl),
      timeoutMs: options.startTimeoutMs ?? usualStartMs,
      signal,
    });
    return child;
  },
});
