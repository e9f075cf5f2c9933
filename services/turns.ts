import { setImmediate } from 'node:timers/promises';

/** How long one piece of work may hold the event loop before it yields, in milliseconds. */
const stretchMs = 5;

const partSize = 500;

/** Yields to everything else that waits for the event loop. */
export const yieldToEventLoop = (): Promise<void> => setImmediate();

/**
 * Returns a function to await between pieces of long work. It yields to other work once the pieces
 * have held the event loop for some milliseconds, counted from this call.
 */
export const createTurns = (): (() => Promise<void>) => {
  let sinceMs = performance.now();
  return async () => {
    if (performance.now() - sinceMs < stretchMs) return;
    await yieldToEventLoop();
    sinceMs = performance.now();
  };
};

/** Maps each item with `work`, and yields to other work in between. */
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
