import { createGuardedThread } from './guarded-thread.js';
import type { ThreadAnswer } from './thread-answer.js';

/** What a guard says of a rule text. */
export type GuardedAnswer =
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
