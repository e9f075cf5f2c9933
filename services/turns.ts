import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { TemporarilyUnavailable } from '../contracts/unavailable.js';

/** How long one piece of work may hold the event loop before it yields, in milliseconds. */
const stretchMs = 5;

const partSize = 500;

/** Yields to everything else that waits for the event loop. */
export const yieldToEventLoop = (): Promise<void> => setImmediate();

/**
 * Returns a function to await between pieces of long work. It yields to other work once the pieces
 * have held the event loop for some milliseconds, counted from this call; until then there is
 * nothing to await.
 */
export const createTurns = (): (() => Promise<void> | undefined) => {
  let sinceMs = performance.now();
  return () => {
    if (performance.now() - sinceMs < stretchMs) return undefined;
    return yieldToEventLoop().then(() => {
      sinceMs = performance.now();
    });
  };
};

/**
 * Maps each item with `work`, and yields to other work in between. Awaits only what has to wait:
 * an order has a hundred small items, and each promise costs as much as the work on one.
 */
export const mapInTurns = async <T, R>(
  given: Iterable<T>,
  work: (one: T) => R | Promise<R>,
): Promise<R[]> => {
  const turn = createTurns();
  const made: R[] = [];
  for (const one of given) {
    const result = work(one);
    made.push(result instanceof Promise ? await result : result);
    const pause = turn();
    if (pause !== undefined) await pause;
  }
  return made;
};

/** Runs an iterator to its end, yields to other work between its steps, and returns its result. */
export const finishInTurns = async <R>(work: Iterator<unknown, R>): Promise<R> => {
  const turn = createTurns();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await turn();
  }
};

/** Splits a list into parts of some hundred, as a large query blocks others too. */
export const partsOf = <T>(list: readonly T[]): (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / partSize) }, (_, index) =>
    list.slice(index * partSize, (index + 1) * partSize),
  );

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
