import { latestPause, ownLateMs } from '../../partners/own-time.js';

/** What `partners/own-time` forgives: a shorter stall, or a pause that ended this long before. */
const stallMs = 100;
const echoMs = 1_000;

const triesMax = 5;

/**
 * Runs a story again when it fails while this process itself did not run: on a busy machine a check
 * then proves nothing about its partner. Throws the last failure.
 */
export const unstalled = async (story: () => Promise<void>): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    const startedAtMs = performance.now();
    const lateBeforeMs = ownLateMs();
    try {
      return await story();
    } catch (error) {
      const pause = latestPause();
      const isEcho = pause !== undefined && pause.endedAtMs > startedAtMs - echoMs;
      const isStalled = isEcho || ownLateMs() - lateBeforeMs > stallMs;
      if (!isStalled || tries === triesMax) throw error;
    }
  }
};
