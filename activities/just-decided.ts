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
  const held = new Map<string, RecordToSettle>();
  const take = (transactionId: string) => {
    const record = held.get(transactionId);
    held.delete(transactionId);
    return record;
  };
  return {
    take,
    hold: (order) => {
      const { transactionId } = order.record;
      held.set(transactionId, order);
      setTimeout(() => held.delete(transactionId), heldMs).unref();
    },
  };
};
