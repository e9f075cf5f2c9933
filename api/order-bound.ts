/** What became of an order that entered at `sinceMs`. */
export interface Sample {
  /** `failed` is one that was not answered at all. */
  readonly outcome: 'in_time' | 'slow' | 'failed';
  readonly sinceMs: number;
}

/** How many new orders may be in flight at once, as their answers teach it. */
export interface OrderBound {
  /** How many new orders may be in flight now; whole and at least `floor`. */
  readonly bound: () => number;
  readonly inFlight: () => number;
  /** Takes a place; false when all are taken. */
  readonly enter: () => boolean;
  /** Gives a place back. */
  readonly leave: () => void;
  readonly learn: (sample: Sample) => void;
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

/** By so much an answer in time raises the bound to what was known before a standstill. */
const regainBy = 1;

/**
 * Tells a backend that stands still from one that has too much to do: in the latter orders are
 * answered, if late. `now` is in milliseconds.
 */
const createStandstill = (now: () => number) => {
  let answeredAtMs = Number.NEGATIVE_INFINITY;
  let seenAtMs = Number.NEGATIVE_INFINITY;
  let overAtMs = Number.NEGATIVE_INFINITY;
  return {
    answered: (): void => {
      if (answeredAtMs < seenAtMs) overAtMs = now();
      answeredAtMs = now();
    },
    /** True when nothing was answered while this order failed. */
    isSeenBy: (sinceMs: number): boolean => {
      if (answeredAtMs >= sinceMs) return false;
      seenAtMs = now();
      return true;
    },
    /** True for an order that waited for the end of a standstill, whatever the load. */
    hasDelayed: (sinceMs: number): boolean => sinceMs < overAtMs,
  };
};

/**
 * A bound that finds by itself how many orders can be answered in time. While orders are turned
 * away, answers in time raise it, by at least one for each round of answers; one that is slow
 * lowers it at once. While nothing is answered it falls as well, so that little is owed at the
 * end, and what was known before is found again soon: nothing has shown that it was too much.
 * `now` is in milliseconds. It knows one process: where several serve orders, each finds its share
 * by what it measures, for all of them measure the same backend.
 */
export const createOrderBound = (now: () => number): OrderBound => {
  let bound = initial;
  let knownBefore = 0;
  let inFlight = 0;
  let deniedAtMs = Number.NEGATIVE_INFINITY;
  let loweredAtMs = Number.NEGATIVE_INFINITY;
  const standstill = createStandstill(now);
  const whole = () => Math.floor(bound);
  const raise = (sinceMs: number): void => {
    // While nobody is turned away, answers in time do not show that more could be taken: they
    // only end what was learnt when the backend had less time.
    const most = deniedAtMs >= sinceMs ? ceiling : Math.max(bound, initial);
    const step = bound < knownBefore ? regainBy : Math.max(raiseBy, 1 / bound);
    bound = Math.min(most, bound + step);
  };
  const lower = (): void => {
    if (now() - loweredAtMs < lowerEveryMs) return;
    loweredAtMs = now();
    bound = Math.max(floor, bound * lowerTo);
  };
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
    learn: ({ outcome, sinceMs }) => {
      if (outcome !== 'failed') standstill.answered();
      if (outcome === 'in_time') {
        raise(sinceMs);
        return;
      }
      if (standstill.hasDelayed(sinceMs)) return;
      const standsStill = outcome === 'failed' && standstill.isSeenBy(sinceMs);
      knownBefore = standsStill ? Math.max(knownBefore, bound) : 0;
      lower();
    },
  };
};
