/** Whether an order is stored. Concurrent lookups are batched. */
export type KnownOrders = (transactionId: string) => Promise<boolean>;

/** Leaves more than half of the pool's connections to verdicts, repeats and reads. */
const batchesAtOnce = 4;

interface Batch {
  readonly ids: Set<string>;
  readonly begin: () => void;
  readonly known: Promise<ReadonlySet<string>>;
}

/**
 * Batches lookups: a few batches run at a time, and later callers share the next one. A flood takes
 * few connections, and every caller gets an answer. Rejects as `listKnown` does.
 */
export const createKnownOrders = (
  listKnown: (transactionIds: readonly string[]) => Promise<ReadonlySet<string>>,
): KnownOrders => {
  let running = 0;
  let next: Batch | undefined;
  const prepare = (): Batch => {
    const ids = new Set<string>();
    let begin = (): void => undefined;
    const known = new Promise<void>((resolve) => {
      begin = resolve;
    }).then(() => listKnown([...ids]));
    return { ids, begin, known };
  };
  const beginNext = (): void => {
    if (next === undefined || running >= batchesAtOnce) return;
    const batch = next;
    next = undefined;
    running += 1;
    const end = (): void => {
      running -= 1;
      beginNext();
    };
    batch.known.then(end, end);
    batch.begin();
  };
  return async (transactionId) => {
    next ??= prepare();
    const { ids, known } = next;
    ids.add(transactionId);
    beginNext();
    return (await known).has(transactionId);
  };
};
