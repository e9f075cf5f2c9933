/** New orders for which there is no place yet and will be one in time. */
export interface WaitingLine {
  /** True when one more would be served in time. */
  readonly hasRoom: () => boolean;
  readonly length: () => number;
  /** Resolves when it is its turn: true with a place, false when none came in time. */
  readonly wait: () => Promise<boolean>;
  /** Hands free places to those that have waited longest. */
  readonly serve: () => void;
  /** An order was answered: so soon do places come free. */
  readonly answered: () => void;
}

/** So long an order that joins the line will wait, if orders go on being answered as they are. */
const expectedMs = 250;

/** No order waits longer: time must be left to decide it. */
const patienceMs = 700;

/** The pace of the answers is that of the last second. */
const paceMs = 1000;

/**
 * A short line in front of the places: orders that come together are served one after the other
 * instead of being sent away, and a place that comes free is taken at once. While nothing is
 * answered nobody waits. `enter` takes a place, or returns false; `now` is in milliseconds.
 */
export const createWaitingLine = (enter: () => boolean, now: () => number): WaitingLine => {
  const line = new Set<(hasPlace: boolean) => void>();
  const answers: number[] = [];
  const servedInTime = (): number => {
    const sinceMs = now() - paceMs;
    while ((answers[0] ?? sinceMs) < sinceMs) answers.shift();
    return (answers.length * expectedMs) / paceMs;
  };
  return {
    hasRoom: () => line.size + 1 <= servedInTime(),
    length: () => line.size,
    wait: () =>
      new Promise((resolve) => {
        const end = (hasPlace: boolean): void => {
          clearTimeout(timer);
          line.delete(end);
          resolve(hasPlace);
        };
        const timer = setTimeout(end, patienceMs, false);
        line.add(end);
      }),
    serve: () => {
      for (const end of line) {
        if (!enter()) return;
        end(true);
      }
    },
    answered: () => {
      answers.push(now());
    },
  };
};
