/** A queue of new orders that wait for a slot and can expect one in time. */
export interface WaitingLine {
  /** True when one more order would get a slot in time. */
  readonly hasRoom: () => boolean;
  readonly length: () => number;
  /** Resolves to true with a slot, or to false when the wait times out. */
  readonly wait: () => Promise<boolean>;
  /** Gives free slots to the orders that have waited longest. */
  readonly serve: () => void;
  /** Counts an answer; the rate of answers shows how fast slots become free. */
  readonly answered: () => void;
}

/**
 * The longest expected wait of an order that joins, if answers continue at the present rate. Enough
 * to fill every slot at once; a longer line would only make orders late.
 */
const expectedMs = 125;

/** The longest wait: time must remain to decide the order. */
const patienceMs = 700;

/** The window over which the rate of answers is measured. */
const paceMs = 1000;

/**
 * A short queue for slots. It serves orders of a burst one after the other instead of refusing
 * them, and hands over a slot as soon as it is free. While no order is answered, none may wait.
 * `enter` takes a slot, or returns false; `now` is in milliseconds.
 */
export const createWaitingLine = (enter: () => boolean, now: () => number): WaitingLine => {
  const line = new Set<(hasSlot: boolean) => void>();
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
        const end = (hasSlot: boolean): void => {
          clearTimeout(timer);
          line.delete(end);
          resolve(hasSlot);
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
