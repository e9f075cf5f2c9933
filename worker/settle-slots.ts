import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';

/** How often a settlement that waits for a slot looks again. */
const lookEveryMs = 50;

interface Waiting {
  readonly give: () => void;
}

/**
 * Slots whose number may change at any time, down to none. The SDK reserves a slot before it polls,
 * so tasks without one wait at Temporal, where another worker may take them.
 */
export const createChangingSlots = (slots: () => number): CustomSlotSupplier<ActivitySlotInfo> => {
  let reserved = 0;
  let timer: NodeJS.Timeout | undefined;
  const line = new Set<Waiting>();
  const serve = (): void => {
    for (const one of line) {
      if (reserved >= slots()) break;
      reserved += 1;
      line.delete(one);
      one.give();
    }
    if (line.size > 0) {
      timer ??= setInterval(serve, lookEveryMs);
    } else {
      clearInterval(timer);
      timer = undefined;
    }
  };
  const wait = (signal: AbortSignal): Promise<SlotPermit> =>
    new Promise((resolve, reject) => {
      // A signal that is aborted already sends no event.
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const leave = (): void => {
        line.delete(one);
        serve();
        reject(signal.reason);
      };
      const one = {
        give: () => {
          signal.removeEventListener('abort', leave);
          resolve({});
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      line.add(one);
      serve();
    });
  return {
    type: 'custom',
    reserveSlot: async (_, signal) => wait(signal),
    // Settlements have a queue of their own, so none is handed out with a workflow task.
    tryReserveSlot: () => null,
    markSlotUsed: () => undefined,
    releaseSlot: () => {
      reserved -= 1;
      serve();
    },
  };
};
