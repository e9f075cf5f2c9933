/** The outcome of an order that took its slot at `sinceMs`. */
export interface Sample {
  /** `failed`: the order was not answered at all. */
  readonly outcome: 'in_time' | 'slow' | 'failed';
  readonly sinceMs: number;
}

/** An adaptive limit of the new orders in flight at once. */
export interface OrderBound {
  /** The current limit: whole, and at least `floor`. */
  readonly bound: () => number;
  readonly inFlight: () => number;
  /** Takes a slot; false when none is free. */
  readonly enter: () => boolean;
  /** Releases a slot. */
  readonly leave: () => void;
  readonly learn: (sample: Sample) => void;
}

/** Above zero: with no order in flight, the limit could never recover. */
const floor = 2;

/** The workflow tasks that one worker runs at once. More would only queue in front of it. */
const ceiling = 200;

/**
 * Carries ten orders a second while both partners time out, until their breakers open. Where that
 * is too much, the first slow answers lower it within a second.
 */
const initial = 20;

/** An answer in time raises the limit by this much, and by more while the limit is low. */
const raiseBy = 0.1;

/** A slow answer multiplies the limit by this, at most this often. */
const lowerTo = 0.9;
const lowerEveryMs = 200;

/** After a stall, an answer in time raises the limit by this much up to its earlier value. */
const regainBy = 1;

/**
 * Tells a stalled backend from an overloaded one, which still answers, if late. `now` is in
 * milliseconds.
 */
const createStallDetector = (now: () => number) => {
  let answeredAtMs = Number.NEGATIVE_INFINITY;
  let seenAtMs = Number.NEGATIVE_INFINITY;
  let overAtMs = Number.NEGATIVE_INFINITY;
  return {
    answered: (): void => {
      if (answeredAtMs < seenAtMs) overAtMs = now();
      answeredAtMs = now();
    },
    /** True when no order was answered while this one was in flight. */
    isStalledSince: (sinceMs: number): boolean => {
      if (answeredAtMs >= sinceMs) return false;
      seenAtMs = now();
      return true;
    },
    /** True for an order that was in flight during a stall, whatever the load. */
    hasDelayed: (sinceMs: number): boolean => sinceMs < overAtMs,
  };
};

/**
 * An adaptive concurrency limit for one process. An answer in time raises it while orders are
 * refused; a slow answer or a stall lowers it, but after a stall it recovers fast. Several
 * processes find their shares by measuring the same backend. `now` is in milliseconds.
 */
export const createOrderBound = (now: () => number): OrderBound => {
  let bound = initial;
  let knownBefore = 0;
  let inFlight = 0;
  let deniedAtMs = Number.NEGATIVE_INFINITY;
  let loweredAtMs = Number.NEGATIVE_INFINITY;
  const stalls = createStallDetector(now);
  const whole = () => Math.floor(bound);
  const raise = (sinceMs: number): void => {
    // While nothing is refused, an answer in time does not show that more orders would fit. It only
    // undoes what a slower backend has taught.
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
      if (outcome !== 'failed') stalls.answered();
      if (outcome === 'in_time') {
        raise(sinceMs);
        return;
      }
      if (stalls.hasDelayed(sinceMs)) return;
      const isStalled = outcome === 'failed' && stalls.isStalledSince(sinceMs);
      knownBefore = isStalled ? Math.max(knownBefore, bound) : 0;
      lower();
    },
  };
};
