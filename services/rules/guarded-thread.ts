import { Worker } from 'node:worker_threads';
import type { ThreadAnswer } from './thread-answer.js';

/** Loading the code takes half a second on a machine that has nothing else to do. */
const startLimitMs = 20_000;

const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/** A thread that is started when it is needed, and again after it was ended. */
export interface GuardedThread {
  /** One text at a time. Rejects when no thread can be started. */
  readonly read: (text: string) => Promise<ThreadAnswer>;
  /** Ends the thread; a text under way is refused. */
  readonly end: () => Promise<void>;
}

const refused = (message: string): ThreadAnswer => ({
  kind: 'refused',
  problems: [{ rule: 'rule set', message, line: 1, column: 1 }],
});

/** The next thing that a thread says. Rejects when it ends; `late` when it says nothing in time. */
const hear = (worker: Worker, limitMs: number): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (message: unknown) => settle(() => resolve(message));
    const onError = (error: Error) => settle(() => reject(error));
    const onExit = () => settle(() => reject(new Error('the thread ended')));
    const timer = setTimeout(() => settle(() => resolve('late')), limitMs);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });

const start = async (thread: URL): Promise<Worker> => {
  const worker = new Worker(new URL('./thread-boot.mjs', import.meta.url), {
    workerData: thread.href,
    execArgv: [],
    resourceLimits,
  });
  // Whoever hears the thread is told of its faults; without this one, a late fault ends us.
  worker.on('error', () => undefined);
  const said = await hear(worker, startLimitMs);
  if (said === 'ready') return worker;
  await worker.terminate();
  throw new Error('the thread for rule texts did not start');
};

/**
 * A thread with limits on its time and memory. One that passed them is ended, its text refused,
 * and the next text gets a new one. An idle thread keeps no process alive.
 */
export const createGuardedThread = (thread: URL, timeLimitMs: number): GuardedThread => {
  let worker: Worker | undefined;
  const end = async (): Promise<void> => {
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  };
  const begin = async (): Promise<Worker> => {
    const started = await start(thread);
    started.once('exit', () => {
      if (worker === started) worker = undefined;
    });
    return started;
  };
  return {
    read: async (text) => {
      const reader = (worker ??= await begin());
      reader.ref();
      reader.postMessage(text, []);
      try {
        const said = await hear(reader, timeLimitMs);
        reader.unref();
        if (said !== 'late') return said as ThreadAnswer;
        await end();
        return refused('takes too long to read');
      } catch {
        await end();
        return refused('takes too much memory to read');
      }
    },
    end,
  };
};
