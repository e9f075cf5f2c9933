import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { makeTempDir } from '../support/temp-dir.js';
import { until } from '../support/until.js';
import { commandOf } from '../../runtime/launcher.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const readOrEmpty = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Every process that was started with `folder` in its command or environment. */
const processesOf = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      ['cmdline', 'environ'].some((file) => readOrEmpty(`/proc/${pid}/${file}`).includes(folder)),
    );

/** A folder for benchmarks to run in, and everything in it. */
export interface Bench {
  readonly stateFolder: string;
  readonly resultsFolder: string;
  /** Processes and folders of Verdict's that a benchmark has left behind. */
  readonly leftBehind: () => string[];
  readonly start: (...options: string[]) => {
    readonly child: ChildProcess;
    readonly exitCode: Promise<number | null>;
    readonly out: Promise<string>;
    readonly err: Promise<string>;
  };
  readonly stop: () => Promise<void>;
}

export const makeBench = (): Bench => {
  const state = makeTempDir();
  const results = makeTempDir();
  let running: ChildProcess | undefined;
  return {
    stateFolder: state.path,
    resultsFolder: results.path,
    leftBehind: () => [
      ...processesOf(state.path),
      ...readdirSync(state.path).filter((name) => name.startsWith('verdict-')),
    ],
    start: (...options) => {
      const [program, ...args] = commandOf('bench/main.ts', '--results', results.path, ...options);
      const child = spawn(program, args, {
        cwd: root,
        env: { ...process.env, TMPDIR: state.path },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      running = child;
      const exitCode = once(child, 'exit').then(() => child.exitCode);
      return { child, exitCode, out: text(child.stdout), err: text(child.stderr) };
    },
    stop: async () => {
      if (running?.exitCode === null && running.signalCode === null) {
        running.kill('SIGKILL');
        await once(running, 'exit');
      }
      await until('its processes end', async () => processesOf(state.path).length === 0);
      state.remove();
      results.remove();
    },
  };
};
