import { setTimeout as delay } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';

/** Runs the reports of this process one at a time. Equal concurrent requests share a result. */
interface ReportQueue {
  /**
   * Runs `make` when the reports before it have ended. A question equal to a waiting or running one
   * gets the same result. Throws what `make` throws, and `TemporarilyUnavailable` when its turn
   * does not come in time.
   */
  readonly answer: <T>(question: unknown, make: () => Promise<T>) => Promise<T>;
}

/** Together with the time that one report may take, still within callers' timeouts. */
const turnWithinMs = 25_000;

/** More than a dashboard asks at once; a waiting question takes little memory. */
const waitingMax = 100;

export const createReportQueue = ({ withinMs = turnWithinMs } = {}): ReportQueue => {
  const pending = new Map<string, Promise<unknown>>();
  let before: Promise<unknown> = Promise.resolve();

  const inTurn = async <T>(turn: Promise<unknown>, make: () => Promise<T>): Promise<T> => {
    const given = new AbortController();
    const isOver = delay(withinMs, true, { signal: given.signal, ref: false }).catch(() => false);
    const isLate = await Promise.race([turn.then(() => false), isOver]);
    given.abort();
    if (isLate) {
      throw new TemporarilyUnavailable('postgres', new Error('others are counted before it'));
    }
    return make();
  };
  return {
    answer: <T>(question: unknown, make: () => Promise<T>): Promise<T> => {
      const key = JSON.stringify(question);
      const known = pending.get(key);
      if (known !== undefined) return known as Promise<T>;
      if (pending.size >= waitingMax) {
        const cause = new Error('too many reports wait');
        return Promise.reject(new TemporarilyUnavailable('postgres', cause));
      }
      const turn = before;
      const answer = inTurn(turn, make).finally(() => pending.delete(key));
      pending.set(key, answer);
      // A report that gave up never ran, so its turn still ends only after those before it.
      before = Promise.allSettled([turn, answer]);
      return answer;
    },
  };
};
