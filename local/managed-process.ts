import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export type Command = readonly [program: string, ...args: string[]];

export interface LaunchOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** The signal for an orderly stop; SIGTERM by default. */
  readonly stopSignal?: 'SIGINT' | 'SIGTERM';
  /** Opens an IPC channel, through which a Node child notices that its parent is gone. */
  readonly ipc?: boolean;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** What a Node child sends through the IPC channel. */
  readonly onMessage?: (message: unknown) => void;
}

/** How a process ended. */
export interface Exit {
  readonly ok: boolean;
  /** `exit code 1`, `signal SIGKILL`, or why it could not start. */
  readonly reason: string;
}

export interface ManagedProcess {
  readonly pid: number | undefined;
  readonly exited: Promise<Exit>;
  /** The last lines of its output, at most 50. */
  readonly lastLines: () => readonly string[];
  /** Sends a Node child a message as JSON; one that cannot be sent is lost. */
  readonly send: (message: object) => void;
  /** Stops it; after `graceMs` kills its whole group. Resolves when it has ended. */
  readonly stop: (graceMs?: number) => Promise<void>;
}

const keptLines = 50;
const running = new Set<ChildProcess>();

const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // macOS returns EPERM for a group with only a zombie left.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
};

/** Kills every launched process with its group at once. */
export const killAll = (): void => {
  for (const child of running) killGroup(child);
};
process.once('exit', killAll);

/** True when the program exists and answers with exit code 0. */
export const succeeds = (...[program, ...args]: Command): boolean =>
  spawnSync(program, args, { stdio: 'ignore', timeout: 5000 }).status === 0;

let canTieToParent: boolean | undefined;

/**
 * Prefixes a command so that the kernel sends it `signal` when the thread that launched it dies,
 * even by `kill -9`. Must be the innermost prefix: a change of user clears the setting.
 */
const tiedToParent = (command: Command, signal: string): Command => {
  const setpriv = ['setpriv', '--pdeathsig', signal.replace('SIG', '')] as const;
  canTieToParent ??= succeeds(...setpriv, 'true');
  return canTieToParent ? [...setpriv, ...command] : command;
};

const follow = (child: ChildProcess, options: LaunchOptions): string[] => {
  const last: string[] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      last.push(line);
      if (last.length > keptLines) last.shift();
      options.onLine?.(line, name);
    });
  }
  return last;
};

const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ ok: false, reason: error.message });
    });
    child.once('exit', (code, signal) => {
      killGroup(child);
      running.delete(child);
      const exit = { ok: code === 0, reason: signal ? `signal ${signal}` : `exit code ${code}` };
      const closed = new Promise((done) => child.once('close', done));
      // Wait for its last lines; a process that left the group may keep the pipe open for ever.
      void Promise.race([closed, delay(200)]).then(() => resolve(exit));
    });
  });

/**
 * Launches a program in a process group of its own, so that Ctrl-C reaches only this process, and
 * ties it to this process so that it does not outlive it. `wrapper` is a prefix such as `unshare`.
 */
export const launch = (
  command: Command,
  options: LaunchOptions = {},
  wrapper: readonly string[] = [],
): ManagedProcess => {
  const stopSignal = options.stopSignal ?? 'SIGTERM';
  const [program = '', ...args] = [...wrapper, ...tiedToParent(command, stopSignal)];
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? ['ipc' as const] : [])],
    ...(options.env && { env: options.env }),
    ...(options.cwd && { cwd: options.cwd }),
  });
  if (child.pid !== undefined) running.add(child);
  const last = follow(child, options);
  if (options.onMessage) child.on('message', options.onMessage);
  const exited = exitOf(child);
  const stop = async (graceMs = 5000): Promise<void> => {
    child.kill(stopSignal);
    const timer = setTimeout(() => killGroup(child), graceMs);
    await exited;
    clearTimeout(timer);
  };
  const send = (message: object): void => void child.send?.(message, () => undefined);
  return { pid: child.pid, exited, lastLines: () => last, send, stop };
};
