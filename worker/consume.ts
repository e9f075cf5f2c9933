import { setTimeout as pause } from 'node:timers/promises';
import type { Queryable } from '../db/pool.js';
import type { Logger } from '../runtime/logger.js';
import {
  type ConsumerName,
  eventsAtOnce,
  findWork,
  importOldQueues,
} from '../services/due-work.js';
import { repeat, warnUnlessEnding } from './repeat.js';

/** A consumer of the outbox. Whichever worker finds its work due runs it. */
export interface Consumer {
  readonly name: ConsumerName;
  /** How many items it takes at a time. */
  readonly batch: number;
  /**
   * Processes at most `batch` due items; true when there are more. Items that it does not finish,
   * also because it throws, become due again.
   */
  readonly work: (batch: number) => Promise<boolean>;
  /** The pause after it found nothing more to do, where a second is too long; milliseconds. */
  readonly pauseMs?: number;
}

export interface ConsumingOptions {
  readonly db: Queryable;
  readonly consumers: readonly Consumer[];
  readonly now: () => Date;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** The longest pause between two polls, in case a notification was lost. */
  readonly pollMs?: number;
}

const defaultPollMs = 5000;

/** How often the queues of an earlier version are read. Only an upgrade writes to them. */
const oldQueuesMs = 30_000;

/** The shortest pause between two polls: a burst of orders wakes the loop at each one. */
const pauseMinMs = 200;

/**
 * The delay of a poll for what orders cause. Nobody waits for it, and orders that come meanwhile
 * share the poll and what follows from it.
 */
const soonMs = 500;

/** How long a consumer rests after a failure, or when other workers hold all due items. */
const restMs = 1000;

export interface Consuming {
  /** Wakes the loop at once. */
  readonly wake: () => void;
  /** Wakes the loop within half a second; cheap enough to call for each step of an order. */
  readonly wakeSoon: () => void;
  /** Resolves once the signal has aborted and every consumer has stopped. */
  readonly ended: Promise<void>;
}

/** Runs each consumer independently, so that a slow one blocks no other. */
const createRunners = (
  { consumers, logger, signal }: Pick<ConsumingOptions, 'consumers' | 'logger' | 'signal'>,
  wake: () => void,
) => {
  const running = new Map<ConsumerName, Promise<void>>();
  const run = async ({ name, batch, work, pauseMs = restMs }: Consumer): Promise<void> => {
    let restsMs = pauseMs;
    try {
      while (!signal.aborted && (await work(batch)));
    } catch (error) {
      restsMs = restMs;
      warnUnlessEnding({ logger, signal }, 'work could not be done', { consumer: name })(error);
    }
    // The rest is not due yet, or another worker holds it.
    await pause(restsMs, undefined, { signal }).catch(() => undefined);
    running.delete(name);
    wake();
  };
  return {
    /**
     * Starts the consumers whose work is due. Returns the milliseconds until the next one may
     * start.
     */
    start: (dueAt: ReadonlyMap<ConsumerName, Date>, nowMs: number): number => {
      let firstMs = Number.POSITIVE_INFINITY;
      for (const consumer of consumers) {
        const due = dueAt.get(consumer.name);
        if (due === undefined || running.has(consumer.name)) continue;
        const waitsMs = due.getTime() - nowMs;
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

/** Polls until `signal` aborts. A successful poll makes its own pause. */
const pollUntilAborted = async (
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
 * Dispatches order events and runs consumers until `signal` aborts: when woken, when the next item
 * is due, and at least every `pollMs`.
 */
export const startConsuming = (options: ConsumingOptions): Consuming => {
  const { db, now, logger, signal, pollMs = defaultPollMs } = options;
  let interrupt: () => void = () => undefined;
  let isWoken = false;
  let soon: NodeJS.Timeout | undefined;
  const wake = (): void => {
    isWoken = true;
    interrupt();
  };
  const wakeSoon = (): void => {
    soon ??= setTimeout(wake, soonMs).unref();
  };
  signal.addEventListener('abort', wake, { once: true });
  const runners = createRunners(options, wake);
  const sleep = async (ms: number): Promise<void> => {
    const waking = new AbortController();
    interrupt = () => waking.abort();
    if (!isWoken) await pause(ms, undefined, { signal: waking.signal }).catch(() => undefined);
    interrupt = () => undefined;
  };
  const poll = async (): Promise<void> => {
    isWoken = false;
    clearTimeout(soon);
    soon = undefined;
    const found = await findWork({ db, now: now() });
    const waitsMs = runners.start(found.dueAt, now().getTime());
    if (found.dispatched === eventsAtOnce) return;
    await pause(pauseMinMs, undefined, { signal }).catch(() => undefined);
    await sleep(Math.min(Math.max(waitsMs - pauseMinMs, 0), pollMs));
  };
  const onFault = warnUnlessEnding({ logger, signal }, 'what is to be done could not be read');
  const everyMs = oldQueuesMs;
  const ended = Promise.all([
    pollUntilAborted(poll, { signal, onFault }),
    repeat(() => importOldQueues({ db }), { everyMs, signal, onFault }),
  ]).then(runners.ended);
  return { wake, wakeSoon, ended };
};
