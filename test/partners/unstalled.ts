import { setTimeout as pause } from 'node:timers/promises';
import { latestPause, ownLateMs } from '../../partners/own-time.js';

/** What `partners/own-time` forgives: a shorter stall, or a pause that ended this long before. */
const stallMs = 100;
const echoMs = 1_000;

const triesMax = 5;

/** Waits until the echo of the latest pause is over. */
export const untilEchoIsOver = async (): Promise<void> => {
  for (;;) {
    const leftMs = (latestPause()?.endedAtMs ?? -echoMs) + echoMs - performance.now();
    if (leftMs < 0) return;
    await pause(leftMs + 1);
  }
};

/**
 * Runs a story once no pause of this process can excuse its partner, and again when the story fails
 * while the process itself did not run: on a busy machine a check then proves nothing about its
 * partner. Throws the last failure.
 */
export const unstalled = async (story: () => Promise<void>): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    await untilEchoIsOver();
    const startedAtMs = performance.now();
    const lateBeforeMs = ownLateMs();
    try {
      return await story();
    } catch (error) {
      const isPaused = (latestPause()?.endedAtMs ?? 0) > startedAtMs;
      const isStalled = isPaused || ownLateMs() - lateBeforeMs > stallMs;
      if (!isStalled || tries === triesMax) throw error;
    }
  }
};
