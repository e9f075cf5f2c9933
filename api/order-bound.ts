/** The outcome of an order that took its slot at `sinceMs`. */
export type Sample =
  /** `slowness` is the time of the answer as a multiple of the target; 1 keeps the limit. */
  | { readonly outcome: 'answered'; readonly slowness: number; readonly sinceMs: number }
  | { readonly outcome: 'failed'; readonly sinceMs: number };

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
 * is too much, slow answers lower it within three seconds.
 */
const initial = 20;

/**
 * Each answer moves the limit by this share of the distance to where it would be on target: in
 * saturation, the time of an answer grows with the orders in flight.
 */
const gain = 0.1;

/** Caps the effect of one very quick answer. */
const ratioMost = 2;

/** An order without an answer multiplies the limit by this, at most this often. */
const lowerTo = 0.9;
const lowerEveryMs = 200;

/** After a stall, an answer on target raises the limit by this much up to its earlier value. */
const regainBy = 2;

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
 * An adaptive concurrency limit for one process. It approaches the number of orders in flight at
 * which an answer takes its target time. Only while orders are refused does a quick answer raise
 * it. A stall lowers it, but afterwards it recovers fast. Several processes find their shares by
 * measuring the same backend. `now` is in milliseconds.
 */
export const createOrderBound = (now: () => number): OrderBound => {
  let bound = initial;
  let knownBefore = 0;
  let inFlight = 0;
  let deniedAtMs = Number.NEGATIVE_INFINITY;
  let loweredAtMs = Number.NEGATIVE_INFINITY;
  const stalls = createStallDetector(now);
  const whole = () => Math.floor(bound);
  const raise = (share: number, sinceMs: number): void => {
    // While nothing is refused, a quick answer does not show that more orders would fit. It only
    // undoes what a slower backend has taught.
    const most = deniedAtMs >= sinceMs ? ceiling : Math.max(bound, initial);
    const step = bound < knownBefore ? regainBy : share * bound;
    bound = Math.min(most, bound + step);
  };
  const lower = (share: number): void => {
    bound = Math.max(floor, bound * (1 - share));
  };
  const learnAnswer = (slowness: number, sinceMs: number): void => {
    stalls.answered();
    const ratio = Math.min(ratioMost, 1 / slowness);
    if (ratio >= 1) {
      raise(gain * (ratio - 1), sinceMs);
    } else if (!stalls.hasDelayed(sinceMs)) {
      knownBefore = 0;
      lower(gain * (1 - ratio));
    }
  };
  const learnFailure = (sinceMs: number): void => {
    if (stalls.hasDelayed(sinceMs)) return;
    knownBefore = stalls.isStalledSince(sinceMs) ? Math.max(knownBefore, bound) : 0;
    if (now() - loweredAtMs < lowerEveryMs) return;
    loweredAtMs = now();
    lower(1 - lowerTo);
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
    learn: (sample) => {
      if (sample.outcome === 'answered') learnAnswer(sample.slowness, sample.sinceMs);
      else learnFailure(sample.sinceMs);
    },
  };
};
