/**
 * Measures how long this process did not run: stopped by a signal, starved of CPU, or busy in one
 * long task. Such time must not count as a partner's. The module watches the event loop of its
 * thread from its import on.
 */

/** The interval of the event-loop check, and thus the resolution of a stall. */
const checkEveryMs = 100;

/** Timers of a busy process are this late without any stall. */
const usualMs = 20;

/** A stall this long is a pause: all connections may be broken afterwards. */
const pauseMs = 1_000;

/** Time to read data that arrived during a stall: it is in the socket, queued behind the timers. */
const readingMs = 200;

/** A stretch in which nothing ran, on the clock of `performance.now()`. */
export interface Pause {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

type StallListener = (lateMs: number) => void;

let lateMs = 0;
let checkedAtMs = performance.now();
let latest: Pause | undefined;
const listeners = new Set<StallListener>();

/** How late the next check is; 0 within the usual delay. */
const overdueMs = (): number => {
  const byMs = performance.now() - checkedAtMs - checkEveryMs;
  return byMs > usualMs ? byMs : 0;
};

const check = (): void => {
  const byMs = overdueMs();
  const nowMs = performance.now();
  lateMs += byMs;
  if (byMs >= pauseMs) latest = { startedAtMs: checkedAtMs, endedAtMs: nowMs };
  checkedAtMs = nowMs;
  if (byMs > 0) for (const listener of listeners) listener(byMs);
};

setInterval(check, checkEveryMs).unref();

/** Milliseconds that this thread has not run since it started; compare two readings. */
export const ownLateMs = (): number => lateMs + overdueMs();

/**
 * The latest stall of a second or more, available as soon as it has ended; undefined without one.
 */
export const latestPause = (): Pause | undefined => {
  if (overdueMs() >= pauseMs) check();
  return latest;
};

/** Calls `listener` after each stall with its length. */
export const onStall = (listener: StallListener): void => {
  listeners.add(listener);
};

/**
 * Calls `act` once after `limitMs`, and up to 200 ms later if this thread stalled meanwhile, so
 * that data which arrived during the stall is read first. Keeps no process alive. Returns a
 * function that cancels it.
 */
export const afterRunning = (limitMs: number, act: () => void): (() => void) => {
  const lateBeforeMs = ownLateMs();
  const end = (): void => {
    const stalledMs = ownLateMs() - lateBeforeMs;
    if (stalledMs === 0) act();
    else timer = setTimeout(act, Math.min(stalledMs, readingMs)).unref();
  };
  let timer = setTimeout(end, Math.ceil(limitMs)).unref();
  return () => clearTimeout(timer);
};

/** Times one piece of work, and separates this process's own share. */
export interface Stopwatch {
  /** Elapsed milliseconds minus the time that this thread did not run. */
  readonly ranMs: () => number;
  /**
   * True when a failure proves nothing about the partner: this thread did not run for most of the
   * work (and at least 100 ms), or paused for a second or more during it or just before.
   */
  readonly isOurs: () => boolean;
}

/** How long after a pause a failure may be due to it: partners have closed our connections. */
const echoMs = 1_000;

export const startStopwatch = (): Stopwatch => {
  const startedAtMs = performance.now();
  const lateBeforeMs = ownLateMs();
  const passedMs = () => performance.now() - startedAtMs;
  const stalledMs = () => ownLateMs() - lateBeforeMs;
  return {
    ranMs: () => passedMs() - stalledMs(),
    isOurs: () => {
      const pause = latestPause();
      const isEcho = pause !== undefined && pause.endedAtMs > startedAtMs - echoMs;
      return isEcho || stalledMs() > Math.max(checkEveryMs, passedMs() / 2);
    },
  };
};
