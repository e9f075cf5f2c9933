/** Above this, settlements that wait for OMS would hold too many workflow tasks. */
const atOnceMax = 16;

/**
 * An OMS that takes longer than this would hold the workflow task for too long. Below it, a worker
 * that is busy itself would take its own delays for OMS's, and more work for each order.
 */
const promptMs = 1000;

/** Knows whether OMS answers at present, and so whether an order may be settled at once. */
export interface SettlePace {
  /** Whether an order may be settled in the workflow task that decides it. */
  readonly mayAtOnce: () => boolean;
  /** Runs one such settlement. */
  readonly atOnce: <T>(settle: () => Promise<T>) => Promise<T>;
  /** OMS answered after this time; `undefined` when it did not. */
  readonly heard: (answeredAfterMs: number | undefined) => void;
}

/**
 * Settlements at once stop when OMS does not answer, or not promptly, and go on once it does. They
 * also stop while settlements give way to orders whose callers wait (`worker/give-way.ts`).
 */
export const createSettlePace = (isGivingWay: () => boolean): SettlePace => {
  let running = 0;
  let isPrompt = true;
  return {
    mayAtOnce: () => isPrompt && running < atOnceMax && !isGivingWay(),
    atOnce: async (settle) => {
      running += 1;
      try {
        return await settle();
      } finally {
        running -= 1;
      }
    },
    heard: (answeredAfterMs = Number.POSITIVE_INFINITY) => {
      isPrompt = answeredAfterMs <= promptMs;
    },
  };
};
