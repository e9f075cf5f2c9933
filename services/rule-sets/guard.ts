import { Worker } from 'node:worker_threads';
import type { RuleTextProblem } from '../../contracts/v1/rule-sets.js';
import type { PlacedListRead } from '../../domain/rule-text/list-reads.js';

/** The thread's answer about an untrusted rule text. */
export type ThreadAnswer =
  | {
      readonly kind: 'valid';
      readonly hash: string;
      readonly listReads: readonly PlacedListRead[];
      /** Likely mistakes in a usable text. */
      readonly doubts: readonly RuleTextProblem[];
    }
  | {
      readonly kind: 'refused';
      readonly problems: readonly RuleTextProblem[];
      /** As far as the text was readable. */
      readonly listReads?: readonly PlacedListRead[];
      readonly doubts?: readonly RuleTextProblem[];
    };

/** Loading the code takes half a second on an idle machine. */
const startLimitMs = 20_000;

const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

/** A thread that starts on demand, and again after it has ended. */
interface GuardedThread {
  /** One text at a time. Rejects when no thread can be started. */
  readonly read: (text: string) => Promise<ThreadAnswer>;
  /** Ends the thread; the text in progress is refused. */
  readonly end: () => Promise<void>;
}

const refused = (message: string): ThreadAnswer => ({
  kind: 'refused',
  problems: [{ rule: 'rule set', message, line: 1, column: 1 }],
});

/**
 * The next message of a thread. Rejects when the thread ends; `late` when it is silent for
 * `limitMs`.
 */
const nextMessage = (worker: Worker, limitMs: number): Promise<unknown> =>
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
  const worker = new Worker(new URL('../../launcher/thread.mjs', import.meta.url), {
    workerData: thread.href,
    execArgv: [],
    resourceLimits,
  });
  // `nextMessage` reports the thread's errors; without this listener, a late error would crash the
  // process.
  worker.on('error', () => undefined);
  const message = await nextMessage(worker, startLimitMs);
  if (message === 'ready') return worker;
  await worker.terminate();
  throw new Error('the thread for rule texts did not start');
};

/**
 * A thread with time and memory limits. A text that exceeds them ends the thread and is refused;
 * the next text gets a new thread. An idle thread does not keep the process alive.
 */
const createGuardedThread = (thread: URL, timeLimitMs: number): GuardedThread => {
  let worker: Promise<Worker> | undefined;
  const end = async (): Promise<void> => {
    const ended = worker;
    worker = undefined;
    // A thread that is still starting ends as soon as it has started.
    const started = await ended?.catch(() => undefined);
    await started?.terminate();
  };
  const begin = (): Promise<Worker> => {
    const beginning = start(thread);
    const forget = () => {
      if (worker === beginning) worker = undefined;
    };
    void beginning.then((started) => started.once('exit', forget), forget);
    return beginning;
  };
  return {
    read: async (text) => {
      const reader = await (worker ??= begin());
      reader.ref();
      reader.postMessage(text, []);
      try {
        const message = await nextMessage(reader, timeLimitMs);
        reader.unref();
        if (message !== 'late') return message as ThreadAnswer;
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

/** The guard's answer about a rule text. */
type GuardedAnswer =
  | ThreadAnswer
  /** Too many texts are waiting; the caller may retry. */
  | { readonly kind: 'overloaded' };

/** Reads untrusted rule texts in a thread with time and memory limits. */
export interface RuleGuard {
  /** Never hangs, and no text can crash the process. Rejects when no thread can start. */
  readonly check: (text: string) => Promise<GuardedAnswer>;
  /** Ends the thread. The text in progress and later ones are answered as `overloaded`. */
  readonly close: () => Promise<void>;
}

interface Options {
  readonly timeLimitMs?: number;
  /** The thread's module: it posts `ready`, then answers each text. */
  readonly thread?: URL;
}

interface Job {
  readonly text: string;
  readonly resolve: (answer: GuardedAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Twenty times what the shipped rules take on an idle machine. */
const defaultTimeLimitMs = 2000;

/** More than analysts send at once; a minute's work at worst. */
export const waitingMax = 32;

const ownThread = new URL('./rule-thread.ts', import.meta.url);

const overloaded: GuardedAnswer = { kind: 'overloaded' };

/** Creates a guard with one thread, which reads one text at a time. */
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
        // One text is being read, the others wait.
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
