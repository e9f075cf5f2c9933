/** How many new orders may be in flight at once, as their answers teach it. */
export interface OrderBound {
  /** How many new orders may be in flight now; whole and at least `floor`. */
  readonly bound: () => number;
  readonly inFlight: () => number;
  /** Takes a place; false when all are taken. */
  readonly enter: () => boolean;
  /** Gives a place back. */
  readonly leave: () => void;
  /** What the answer to an order that entered at `sinceMs` showed: too slow, or in time. */
  readonly learn: (sample: { readonly isSlow: boolean; readonly sinceMs: number }) => void;
}

/** Never none: nobody would ever learn that the orders are answered in time again. */
const floor = 2;

/** Workflow tasks that one worker runs at once; more would only wait in front of it. */
const ceiling = 200;

/**
 * Carries ten orders a second that wait for two dead partners until their breakers open. Where it
 * is too much, the first slow answers lower it within a second.
 */
const initial = 20;

/** By so much an answer in time raises the bound, and by more while it is low. */
const raiseBy = 0.1;

/** By this share a slow answer lowers the bound, so often at most: others left with it. */
const lowerTo = 0.9;
const lowerEveryMs = 200;

/**
 * A bound that finds by itself how many orders can be answered in time. While orders are turned
 * away, answers in time raise it, by at least one for each round of answers; one that is slow
 * lowers it at once. `now` is in milliseconds. It knows one process: where several serve orders,
 * each finds its share by what it measures, for all of them measure the same backend.
 */
export const createOrderBound = (now: () => number): OrderBound => {
  let bound = initial;
  let inFlight = 0;
  let deniedAtMs = Number.NEGATIVE_INFINITY;
  let loweredAtMs = Number.NEGATIVE_INFINITY;
  const whole = () => Math.floor(bound);
  return {
    bound: whole,
    inFlight: () => inFlight,
    enter: () => {
      if (inFlight >= whole()) {
        deniedAtMs = now();
        return false;
      }
      inFlight += 1;
      return true;
    },
    leave: () => {
      inFlight -= 1;
    },
    learn: ({ isSlow, sinceMs }) => {
      if (!isSlow) {
        // While nobody is turned away, answers in time do not show that more could be taken: they
        // only end what was learnt when the backend had less time.
        const most = deniedAtMs >= sinceMs ? ceiling : Math.max(bound, initial);
        bound = Math.min(most, bound + Math.max(raiseBy, 1 / bound));
        return;
      }
      if (now() - loweredAtMs < lowerEveryMs) return;
      loweredAtMs = now();
      bound = Math.max(floor, bound * lowerTo);
    },
  };
};
