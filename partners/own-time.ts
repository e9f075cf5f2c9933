/**
 * What this process has not run: stopped by a signal, starved of a processor, or busy in one long
 * stretch of work. Time in which we did not run is no time that a partner took. Each thread has
 * one event loop, so this module watches that of its thread from its import on.
 */

/** How often the loop is looked at: a stall is known to within this. */
const lookEveryMs = 100;

/** Timers of a busy process are late by so much without any stall. */
const usualMs = 20;

/** From here on a stall is a pause: what was under way on all connections may be gone. */
const pauseMs = 1_000;

/** Enough to read what came during a stall: it waits in the socket, behind the timers. */
const readingMs = 200;

/** A stretch in which nothing ran, on the clock of `performance.now()`. */
export interface Pause {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

type StallListener = (lateMs: number) => void;

let lateMs = 0;
let lookedAtMs = performance.now();
let latest: Pause | undefined;
const listeners = new Set<StallListener>();

/** How late the next look is by now; 0 while that is usual. */
const overdueMs = (): number => {
  const byMs = performance.now() - lookedAtMs - lookEveryMs;
  return byMs > usualMs ? byMs : 0;
};

const look = (): void => {
  const byMs = overdueMs();
  const nowMs = performance.now();
  lateMs += byMs;
  if (byMs >= pauseMs) latest = { startedAtMs: lookedAtMs, endedAtMs: nowMs };
  lookedAtMs = nowMs;
  if (byMs > 0) for (const listener of listeners) listener(byMs);
};

setInterval(look, lookEveryMs).unref();

/** Milliseconds that this thread has not run, of all since it began; only differences say much. */
export const ownLateMs = (): number => lateMs + overdueMs();

/** The latest stall of a second or more, or undefined. It is known at once when it has ended. */
export const latestPause = (): Pause | undefined => {
  if (overdueMs() >= pauseMs) look();
  return latest;
};

/** Has `listener` told how long each stall was, once it is over. */
export const onStall = (listener: StallListener): void => {
  listeners.add(listener);
};

/**
 * Calls `act` once after `limitMs`. If this thread has stalled meanwhile, what arrived during the
 * stall is read first: then up to 200 ms later. Keeps no process alive. Gives back its undoing.
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

/** Times one piece of work, and tells our own share of it. */
export interface Stopwatch {
  /** What passed, without what this thread did not run. */
  readonly ranMs: () => number;
  /**
   * True when a failure of the work proves nothing about the partner: this thread did not run for
   * most of it (100 ms at least), or for a second or more within it or just before it.
   */
  readonly isOurs: () => boolean;
}

/** For so long after a pause a failure may be its echo: partners have closed our connections. */
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
      return isEcho || stalledMs() > Math.max(lookEveryMs, passedMs() / 2);
    },
  };
};
