import { setTimeout as pause } from 'node:timers/promises';
import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import { type ConsumerName, eventsAtOnce, findWork, takeOverWork } from '../services/due-work.js';
import { repeat, warnUnlessEnding } from './repeat.js';

/** What follows from something that happened: done by whichever worker finds it due. */
export interface Consumer {
  readonly name: ConsumerName;
  /** How much of it is done at a time. */
  readonly batch: number;
  /**
   * Does at most `batch` of what is due; true when there is more. What it leaves undone, also by a
   * throw, is due again by itself.
   */
  readonly work: (batch: number) => Promise<boolean>;
}

export interface ConsumingOptions {
  readonly db: Queryable;
  readonly consumers: readonly Consumer[];
  readonly now: () => Date;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** The longest pause between two looks: by then what no wake-up has told of is found. */
  readonly pollMs?: number;
}

const defaultPollMs = 5000;

/** A rush of orders wakes the loop at each of them; it looks no more often than this. */
const lookEveryMs = 200;

/** A consumer that failed, or that found everything in other hands, is left alone for this. */
const restMs = 1000;

export interface Consuming {
  /** Has the loop look soon; cheap, and may be called at each order. */
  readonly wake: () => void;
  /** Resolves once the signal has aborted and every consumer has stopped. */
  readonly ended: Promise<void>;
}

/** Runs each consumer in turns of its own, so that a slow one keeps back no other. */
const createRunners = (
  { consumers, logger, signal }: Pick<ConsumingOptions, 'consumers' | 'logger' | 'signal'>,
  wake: () => void,
) => {
  const running = new Map<ConsumerName, Promise<void>>();
  const restsUntilMs = new Map<ConsumerName, number>();
  const rest = (name: ConsumerName) => restsUntilMs.set(name, performance.now() + restMs);
  const run = async ({ name, batch, work }: Consumer): Promise<void> => {
    try {
      while (!signal.aborted && (await work(batch)));
    } catch (error) {
      warnUnlessEnding({ logger, signal }, 'work could not be done', { consumer: name })(error);
    }
    // What is left is not due yet or in the hands of another worker.
    rest(name);
    running.delete(name);
    wake();
  };
  return {
    /** Milliseconds until the first consumer can begin with what it has; starts those that can. */
    start: (dueAt: ReadonlyMap<ConsumerName, Date>, nowMs: number): number => {
      let firstMs = Number.POSITIVE_INFINITY;
      for (const consumer of consumers) {
        const due = dueAt.get(consumer.name);
        if (due === undefined || running.has(consumer.name)) continue;
        const restsMs = (restsUntilMs.get(consumer.name) ?? 0) - performance.now();
        const waitsMs = Math.max(due.getTime() - nowMs, restsMs);
        if (waitsMs <= 0) running.set(consumer.name, run(consumer));
        else firstMs = Math.min(firstMs, waitsMs);
      }
      return firstMs;
    },
    ended: async (): Promise<void> => {
      await Promise.all(running.values());
    },
  };
};

/** Looks on and on; a look that is well makes its own pause. */
const lookOn = async (
  work: () => Promise<void>,
  { signal, onFault }: { signal: AbortSignal; onFault: (error: unknown) => void },
): Promise<void> => {
  while (!signal.aborted) {
    await work().catch(async (error: unknown) => {
      onFault(error);
      await pause(restMs, undefined, { signal }).catch(() => undefined);
    });
  }
};

/**
 * Turns what happened to orders into work and has it done, until `signal` aborts: when it is woken,
 * when the next thing is due, and every few seconds in any case.
 */
export const startConsuming = (options: ConsumingOptions): Consuming => {
  const { db, now, logger, signal, pollMs = defaultPollMs } = options;
  let ring: () => void = () => undefined;
  let isWoken = false;
  const wake = (): void => {
    isWoken = true;
    ring();
  };
  signal.addEventListener('abort', wake, { once: true });
  const runners = createRunners(options, wake);
  const sleep = async (ms: number): Promise<void> => {
    const waking = new AbortController();
    ring = () => waking.abort();
    if (!isWoken) await pause(ms, undefined, { signal: waking.signal }).catch(() => undefined);
    ring = () => undefined;
  };
  const look = async (): Promise<void> => {
    isWoken = false;
    const found = await findWork({ db, now: now() });
    const waitsMs = runners.start(found.dueAt, now().getTime());
    if (found.dispatched === eventsAtOnce) return;
    await pause(lookEveryMs, undefined, { signal }).catch(() => undefined);
    await sleep(Math.min(Math.max(waitsMs - lookEveryMs, 0), pollMs));
  };
  const onFault = warnUnlessEnding({ logger, signal }, 'what is to be done could not be read');
  const everyMs = pollMs;
  const ended = Promise.all([
    lookOn(look, { signal, onFault }),
    repeat(() => takeOverWork({ db }), { everyMs, signal, onFault }),
  ]).then(runners.ended);
  return { wake, ended };
};
