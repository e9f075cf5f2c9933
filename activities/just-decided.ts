import type { RecordToSettle } from '../services/transactions/records.js';

/** Settlements at once begin within milliseconds. Later ones read the order again. */
const heldMs = 1000;

/**
 * The records of orders that this process has decided, for their settlement in the same workflow
 * task, which then reads nothing. They hold personal data, and so go after a second.
 */
export interface JustDecided {
  readonly hold: (record: RecordToSettle) => void;
  readonly take: (transactionId: string) => RecordToSettle | undefined;
}

export const createJustDecided = (): JustDecided => {
  const held = new Map<string, { readonly order: RecordToSettle; readonly sinceMs: number }>();
  const take = (transactionId: string) => {
    const kept = held.get(transactionId);
    held.delete(transactionId);
    // A process that was stopped may come here before its timers run.
    const isFresh = kept !== undefined && performance.now() - kept.sinceMs < heldMs;
    return isFresh ? kept.order : undefined;
  };
  return {
    take,
    hold: (order) => {
      const { transactionId } = order.record;
      held.set(transactionId, { order, sinceMs: performance.now() });
      setTimeout(() => held.delete(transactionId), heldMs).unref();
    },
  };
};
