import { Worker } from 'node:worker_threads';
import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import type { PlacedListRead } from '../../domain/rule-text/list-reads.js';

/** What the thread that reads untrusted rule texts says of one. */
export type ThreadAnswer =
  | {
      readonly kind: 'valid';
      readonly hash: string;
      readonly listReads: readonly PlacedListRead[];
      /** What can only be a mistake, though the text could be used. */
      readonly doubts: readonly RuleTextProblem[];
    }
  | {
      readonly kind: 'refused';
      readonly problems: readonly RuleTextProblem[];
      /** As far as the text could be read. */
      readonly listReads?: readonly PlacedListRead[];
      readonly doubts?: readonly RuleTextProblem[];
    };

/** Loading the code takes half a second on a machine that has nothing else to do. */
const startLimitMs = 20_000;

const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/** A thread that is started when it is needed, and again after it was ended. */
interface GuardedThread {
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
const createGuardedThread = (thread: URL, timeLimitMs: number): GuardedThread => {
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

/** What a guard says of a rule text. */
type GuardedAnswer =
  | ThreadAnswer
  /** Too many texts are waiting; the same text may be sent again. */
  | { readonly kind: 'overloaded' };

/** Reads rule texts that nobody has checked in a thread of its own, with limits on both. */
export interface RuleGuard {
  /** Never hangs, and no text can end the process. Rejects when no thread can be started. */
  readonly check: (text: string) => Promise<GuardedAnswer>;
  /** Ends the thread; texts under way and later ones are answered as `overloaded`. */
  readonly close: () => Promise<void>;
}

interface Options {
  readonly timeLimitMs?: number;
  /** What the thread runs: it says `ready`, then answers each text. */
  readonly thread?: URL;
}

interface Job {
  readonly text: string;
  readonly resolve: (answer: GuardedAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Twenty times what the shipped rules take on a machine that does nothing else. */
const defaultTimeLimitMs = 2000;

/** More than analysts send at one moment; a minute's work at the worst. */
export const waitingMax = 32;

const ownThread = new URL('./rule-thread.ts', import.meta.url);

const overloaded: GuardedAnswer = { kind: 'overloaded' };

/** Guards the process with one thread, which reads one text after the other. */
export const createRuleGuard = (options: Options = {}): RuleGuard => {
  const { timeLimitMs = defaultTimeLimitMs, thread = ownThread } = options;
  const guarded = createGuardedThread(thread, timeLimitMs);
  const waiting: Job[] = [];
  let running: Promise<void> | undefined;
  let open = 0;
  let isClosed = false;

  const read = async (text: string): Promise<GuardedAnswer> => {
    try {
      const answer = await guarded.read(text);
      return isClosed ? overloaded : answer;
    } finally {
      open -= 1;
    }
  };
  const run = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      await read(job.text).then(job.resolve, job.reject);
    }
    running = undefined;
  };
  return {
    check: (text) =>
      new Promise((resolve, reject) => {
        // One is read, the others wait.
        if (isClosed || open > waitingMax) {
          resolve(overloaded);
          return;
        }
        open += 1;
        waiting.push({ text, resolve, reject });
        running ??= run();
      }),
    close: async () => {
      isClosed = true;
      for (const { resolve } of waiting.splice(0)) resolve(overloaded);
      await guarded.end();
      await running;
      await guarded.end();
    },
  };
};
