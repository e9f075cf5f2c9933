import { Worker } from 'node:worker_threads';

/** What the thread is told. */
export type ToThread =
  | {
      readonly kind: 'evaluate';
      readonly job: number;
      readonly backtestId: string;
      readonly part: number;
    }
  | { readonly kind: 'cancel'; readonly job: number };

/** What the thread tells: a fault by its name alone, since its message may hold a value. */
export interface FromThread {
  readonly job: number;
  readonly fault?: string;
}

/** A part could not be evaluated; `name` is the name of the thread's fault. */
class PartFault extends Error {
  constructor(name: string) {
    super('a part of a backtest was not evaluated');
    this.name = name;
  }
}

export interface BacktestThread {
  readonly evaluate: (
    part: { readonly backtestId: string; readonly part: number },
    signal: AbortSignal,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** An idle thread holds some sixty megabytes; the next part starts one in half a second. */
const idleMs = 30_000;

/** Far more than a part takes; a runaway one ends its thread and not this process. */
const heapMaxMb = 512;

/** The boot file loads TypeScript like the process itself: threads do not inherit the loader. */
const start = (env: NodeJS.ProcessEnv): Worker =>
  new Worker(new URL('../services/rule-sets/thread-boot.mjs', import.meta.url), {
    workerData: new URL('./backtest-main.ts', import.meta.url).href,
    env,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMaxMb, maxYoungGenerationSizeMb: youngMb },
  });

/** Room for two pages of rows: fewer of them are taken for old ones, and moved. */
const youngMb = 96;

interface Job {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread that evaluates parts of backtests, so that they never hold up the event loop that
 * answers orders. It is started when it is needed and ended when it has been idle; when it dies,
 * what it was doing fails and the next part starts another one. It reads its configuration from
 * `env` as the process itself does.
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
    else reject?.(new PartFault(fault));
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
    evaluate: async ({ backtestId, part }, signal) => {
      signal.throwIfAborted();
      const job = ++lastJob;
      const tell = (to: Worker | undefined, message: ToThread): void =>
        to?.postMessage(message, []);
      const cancel = (): void => tell(thread, { kind: 'cancel', job });
      const done = new Promise<void>((resolve, reject) => jobs.set(job, { resolve, reject }));
      signal.addEventListener('abort', cancel, { once: true });
      try {
        tell(running(), { kind: 'evaluate', job, backtestId, part });
        await done;
      } finally {
        signal.removeEventListener('abort', cancel);
        if (jobs.size === 0) idle = setTimeout(() => void end(), idleMs).unref();
      }
    },
    close: end,
  };
};
