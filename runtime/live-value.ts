import { setTimeout as pause } from 'node:timers/promises';

/** A value of which a recent copy is at hand. */
export interface Refreshed<T> {
  /** The value as last loaded. */
  readonly current: () => T;
  /**
   * Loads now and waits for it; the load begins after this call, so it sees what was written
   * before. A failed one keeps the last good value: this never rejects.
   */
  readonly refresh: () => Promise<void>;
  /** Ends the loading and waits for a load under way; the last good value stays. */
  readonly stop: () => Promise<void>;
}

export interface RefreshedOptions<T> {
  /** The value until the first load is done. */
  readonly initial: T;
  readonly load: () => Promise<T>;
  /** Pause between the beginnings of two loads, in milliseconds. */
  readonly everyMs: number;
  /** Called with the first fault of a spell; a good load ends the spell. */
  readonly onFault: (error: unknown) => void;
}

/** A value that is loaded every `everyMs`, one load at a time. Keeps no process alive. */
export const createRefreshed = <T>(options: RefreshedOptions<T>): Refreshed<T> => {
  const { initial, load, everyMs, onFault } = options;
  let value = initial;
  let isFailing = false;
  let isStopped = false;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const loadOnce = async () => {
    try {
      value = await load();
      isFailing = false;
    } catch (error) {
      if (isFailing) return;
      isFailing = true;
      onFault(error);
    }
  };
  const begin = (): Promise<void> => {
    if (isStopped) return Promise.resolve();
    running = loadOnce().finally(() => {
      running = undefined;
    });
    return running;
  };
  const refresh = (): Promise<void> => {
    if (next !== undefined) return next;
    if (running === undefined) return begin();
    // The load under way may have read before the caller wrote: one more follows it.
    next = running.then(() => {
      next = undefined;
      return begin();
    });
    return next;
  };
  const timer = setInterval(() => {
    if (running === undefined && next === undefined) void refresh();
  }, everyMs);
  timer.unref();
  return {
    current: () => value,
    refresh,
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await (next ?? running);
    },
  };
};

/** A change is in force everywhere within two of these. */
const refreshEveryMs = 1000;

export interface Watched<T> extends Refreshed<T> {
  /** Resolves once the value has been loaded, however long that is impossible. */
  readonly loaded: () => Promise<void>;
}

/**
 * What is kept in Postgres and changes while Verdict runs, renewed each second; `initial` until it
 * has been loaded. `onFault` is called once for each spell in which it cannot be loaded.
 */
export const createWatched = <T>(
  initial: T,
  load: () => Promise<T>,
  onFault: (error: unknown) => void,
): Watched<T> => {
  const read = { isDone: false };
  const refreshed = createRefreshed({
    initial,
    load: async () => {
      const value = await load();
      read.isDone = true;
      return value;
    },
    everyMs: refreshEveryMs,
    onFault,
  });
  return {
    ...refreshed,
    loaded: async () => {
      await refreshed.refresh();
      while (!read.isDone) {
        await pause(refreshEveryMs);
        await refreshed.refresh();
      }
    },
  };
};
