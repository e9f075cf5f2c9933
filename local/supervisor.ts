import { setTimeout as delay } from 'node:timers/promises';
import type { Exit } from './managed-process.js';
import type { Mark } from './terminal.js';

/** A running part; `exited` settles when it ends, requested or not. */
export interface RunningPart {
  readonly exited: Promise<Exit>;
  readonly stop: (graceMs: number) => Promise<void>;
}

/** One part of the installation. Parts whose needs are met start concurrently. */
export interface Part {
  readonly name: string;
  /** Earlier parts that must be ready first; an unknown name counts as ready. */
  readonly needs: readonly string[];
  /**
   * Resolves when the part is ready; with undefined when it was a single step of work. When it
   * rejects, which it must do soon after `signal` aborts, it leaves nothing running.
   */
  start(signal: AbortSignal): Promise<RunningPart | undefined>;
}

type Say = (part: string, text: string, mark?: Mark) => void;

export interface Timing {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** After a run this long, the restart pause is short again. */
  readonly healthyMs: number;
  readonly stopEachMs: number;
  readonly stopAllMs: number;
}

const defaultTiming: Timing = {
  firstPauseMs: 250,
  longestPauseMs: 10_000,
  healthyMs: 60_000,
  stopEachMs: 5000,
  stopAllMs: 14_000,
};

/** Time reserved for each part that still has to stop. */
const reservedMs = 1000;

const inWords = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);
const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'cannot start';

/** The back-off before a restart: doubled each time, short again after a healthy run. */
class Pause {
  readonly #timing: Timing;
  #nextMs: number;

  constructor(timing: Timing) {
    this.#timing = timing;
    this.#nextMs = timing.firstPauseMs;
  }

  after(ranMs: number): number {
    if (ranMs >= this.#timing.healthyMs) this.#nextMs = this.#timing.firstPauseMs;
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(pauseMs * 2, this.#timing.longestPauseMs);
    return pauseMs;
  }
}

/** Starts the parts in the order of their needs, and restarts parts that end unexpectedly. */
export class Supervisor {
  /** Resolves when every part is ready; rejects with the first failure of a first start. */
  readonly ready: Promise<void>;
  readonly #parts: readonly Part[];
  readonly #say: Say;
  readonly #timing: Timing;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, RunningPart>();
  readonly #starts = new Map<string, Promise<void>>();
  readonly #watches: Promise<void>[] = [];
  #stopped: Promise<void> | undefined;

  constructor(parts: readonly Part[], say: Say, timing: Timing = defaultTiming) {
    this.#parts = parts;
    this.#say = say;
    this.#timing = timing;
    for (const part of parts) this.#starts.set(part.name, this.#begin(part));
    this.ready = Promise.all(this.#starts.values()).then(() => undefined);
    // A caller that stops before all is ready need not handle it.
    this.ready.catch(() => undefined);
  }

  /** Stops all parts in reverse order, within `stopAllMs`. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #begin(part: Part): Promise<void> {
    await Promise.all(part.needs.flatMap((need) => this.#starts.get(need) ?? []));
    this.#stopping.signal.throwIfAborted();
    const instance = await this.#startOnce(part);
    if (instance) this.#watches.push(this.#watch(part, instance));
  }

  async #startOnce(part: Part): Promise<RunningPart | undefined> {
    const startedAt = Date.now();
    const instance = await part.start(this.#stopping.signal);
    if (this.#isStopping) {
      await instance?.stop(this.#timing.stopEachMs);
      this.#stopping.signal.throwIfAborted();
    }
    if (instance) this.#running.set(part.name, instance);
    this.#say(part.name, `ready in ${inWords(Date.now() - startedAt)}`, 'done');
    return instance;
  }

  async #watch(part: Part, first: RunningPart): Promise<void> {
    const pause = new Pause(this.#timing);
    let instance: RunningPart | undefined = first;
    while (instance) {
      const since = Date.now();
      const { reason } = await instance.exited;
      if (this.#isStopping) return;
      this.#running.delete(part.name);
      instance = await this.#startAgain(part, reason, pause, Date.now() - since);
    }
  }

  /** Retries until the part runs again; undefined when everything is stopping. */
  async #startAgain(part: Part, reason: string, pause: Pause, ranMs: number) {
    const { signal } = this.#stopping;
    let problem = `ended (${reason})`;
    for (let pauseMs = pause.after(ranMs); ; pauseMs = pause.after(0)) {
      this.#say(part.name, `${problem}; starting it again in ${inWords(pauseMs)}`, 'warning');
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      if (this.#isStopping) return undefined;
      try {
        return await this.#startOnce(part);
      } catch (error) {
        if (this.#isStopping) return undefined;
        problem = messageOf(error);
      }
    }
  }

  async #stopAll(): Promise<void> {
    const { stopAllMs, stopEachMs } = this.#timing;
    const deadline = Date.now() + stopAllMs;
    this.#stopping.abort();
    await Promise.allSettled(this.#starts.values());
    const order = this.#parts.toReversed().filter(({ name }) => this.#running.has(name));
    for (const [index, { name }] of order.entries()) {
      const leftMs = deadline - Date.now() - reservedMs * (order.length - 1 - index);
      await this.#running.get(name)?.stop(Math.max(0, Math.min(leftMs, stopEachMs)));
    }
    await Promise.all(this.#watches);
  }
}
