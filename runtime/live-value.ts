import { setTimeout as pause } from 'node:timers/promises';

/** A value that is refreshed in the background. */
export interface Refreshed<T> {
  /** The value as last loaded. */
  readonly current: () => T;
  /**
   * Loads the value and waits. The load starts after this call, so it sees earlier writes. A failed
   * load keeps the last good value: this never rejects.
   */
  readonly refresh: () => Promise<void>;
  /** Stops loading and waits for a running load; the last good value stays. */
  readonly stop: () => Promise<void>;
}

export interface RefreshedOptions<T> {
  /** The value until the first load is done. */
  readonly initial: T;
  readonly load: () => Promise<T>;
  /** Milliseconds between the starts of two loads. */
  readonly everyMs: number;
  /** Called with the first fault of a spell; a good load ends the spell. */
  readonly onFault: (error: unknown) => void;
}

/** A value that is loaded every `everyMs`, one load at a time. Does not keep the process alive. */
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
    // The running load may have read before the caller wrote, so one more follows.
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

/** A change takes effect everywhere within two of these. */
const refreshEveryMs = 1000;

export interface Watched<T> extends Refreshed<T> {
  /** Resolves once the value has been loaded, however long that takes. */
  readonly loaded: () => Promise<void>;
}

/**
 * A value in Postgres that is refreshed each second; `initial` until the first load. Calls
 * `onFault` once for each spell in which loads fail.
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
