import { Worker } from 'node:worker_threads';

/** What the thread does: a part of a backtest, a part of a fit of points, or the fit itself. */
export type ThreadTask =
  | { readonly name: 'evaluatePart'; readonly backtestId: string; readonly part: number }
  | { readonly name: 'countFitPart'; readonly fitId: string; readonly part: number }
  | { readonly name: 'fitPoints'; readonly fitId: string };

/** Messages to the thread. */
export type ToThread =
  | { readonly kind: 'run'; readonly job: number; readonly task: ThreadTask }
  | { readonly kind: 'cancel'; readonly job: number };

/**
 * Messages from the thread. A fault carries only its name, since its message may hold personal
 * data.
 */
export interface FromThread {
  readonly job: number;
  readonly fault?: string;
}

/** A task failed; `name` is the name of the thread's fault. */
class TaskFault extends Error {
  constructor(name: string) {
    super('a task of the backtest thread failed');
    this.name = name;
  }
}

export interface BacktestThread {
  readonly run: (task: ThreadTask, signal: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * How long an idle thread lives. It holds some sixty megabytes, and starting another takes half a
 * second.
 */
const idleMs = 30_000;

/** Far more than a part needs. A runaway part kills its thread, not this process. */
const heapMaxMb = 512;

const start = (env: NodeJS.ProcessEnv): Worker =>
  new Worker(new URL('../launcher/thread.mjs', import.meta.url), {
    workerData: new URL('./backtest-main.ts', import.meta.url).href,
    env,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMaxMb, maxYoungGenerationSizeMb: youngMb },
  });

/** Room for two pages of rows, so that fewer rows are promoted to the old generation. */
const youngMb = 96;

interface Job {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread that evaluates parts of backtests and learns points, so that they never block the event
 * loop that answers orders. It starts on demand and ends when idle. If it dies, its tasks fail, and
 * the next one starts a new one. It reads its configuration from `env` as the process does.
 */
export const createBacktestThread = (env: NodeJS.ProcessEnv): BacktestThread => {
  const jobs = new Map<number, Job>();
  let thread: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastJob = 0;

  const settle = ({ job, fault }: FromThread): void => {
    const { resolve, reject } = jobs.get(job) ?? {};
    jobs.delete(job);
    if (fault === undefined) resolve?.();
    else reject?.(new TaskFault(fault));
  };
  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = thread;
    thread = undefined;
    await ending?.terminate();
  };
  const running = (): Worker => {
    clearTimeout(idle);
    if (thread !== undefined) return thread;
    const started = start(env);
    const fail = (name: string): void => {
      if (thread === started) thread = undefined;
      for (const job of jobs.keys()) settle({ job, fault: name });
    };
    started.on('message', settle);
    started.on('error', (error) => fail(error instanceof Error ? error.name : 'Error'));
    started.on('exit', () => fail('ThreadEnded'));
    thread = started;
    return started;
  };

  return {
    run: async (task, signal) => {
      signal.throwIfAborted();
      const job = ++lastJob;
      const send = (to: Worker | undefined, message: ToThread): void =>
        to?.postMessage(message, []);
      const cancel = (): void => send(thread, { kind: 'cancel', job });
      const done = new Promise<void>((resolve, reject) => jobs.set(job, { resolve, reject }));
      signal.addEventListener('abort', cancel, { once: true });
      try {
        send(running(), { kind: 'run', job, task });
        await done;
      } finally {
        signal.removeEventListener('abort', cancel);
        if (jobs.size === 0) idle = setTimeout(() => void end(), idleMs).unref();
      }
    },
    close: end,
  };
};
