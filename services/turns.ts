import { setImmediate } from 'node:timers/promises';

/** How long one piece of work may hold the event loop before all others have their turn, in ms. */
const stretchMs = 5;

const partSize = 500;

/** Everything else that waits for the event loop comes first. */
export const turnOfOthers = (): Promise<void> => setImmediate();

/**
 * To be awaited between the pieces of long work: once these have held the event loop for some
 * milliseconds, everything else that waits for it comes first. The time counts from this call on.
 */
export const createTurns = (): (() => Promise<void>) => {
  let sinceMs = performance.now();
  return async () => {
    if (performance.now() - sinceMs < stretchMs) return;
    await turnOfOthers();
    sinceMs = performance.now();
  };
};

/** What `work` makes of each of many; others have their turn in between. */
export const mapInTurns = async <T, R>(
  given: Iterable<T>,
  work: (one: T) => R | Promise<R>,
): Promise<R[]> => {
  const turn = createTurns();
  const made: R[] = [];
  for (const one of given) {
    made.push(await work(one));
    await turn();
  }
  return made;
};

/** The result of work that stops in between, where others have their turn. */
export const finishInTurns = async <R>(work: Iterator<unknown, R>): Promise<R> => {
  const turn = createTurns();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await turn();
  }
};

/** A list in parts of some hundred: what is asked of the database at once holds others up too. */
export const partsOf = <T>(list: readonly T[]): (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / partSize) }, (_, index) =>
    list.slice(index * partSize, (index + 1) * partSize),
  );
