/** Whether orders are stored, asked for many of them at once. */
export type KnownOrders = (transactionId: string) => Promise<boolean>;

/** Of the connections that verdicts, repeats and reads share, more than half stay free of looks. */
const looksAtOnce = 4;

interface Look {
  readonly ids: Set<string>;
  readonly begin: () => void;
  readonly known: Promise<ReadonlySet<string>>;
}

/**
 * A few looks run at a time, and those that ask meanwhile share the next: a flood takes few
 * connections, and nobody in it goes without a look. Rejects as `listKnown` does.
 */
export const createKnownOrders = (
  listKnown: (transactionIds: readonly string[]) => Promise<ReadonlySet<string>>,
): KnownOrders => {
  let running = 0;
  let next: Look | undefined;
  const prepare = (): Look => {
    const ids = new Set<string>();
    let begin = (): void => undefined;
    const known = new Promise<void>((resolve) => {
      begin = resolve;
    }).then(() => listKnown([...ids]));
    return { ids, begin, known };
  };
  const beginNext = (): void => {
    if (next === undefined || running >= looksAtOnce) return;
    const look = next;
    next = undefined;
    running += 1;
    const end = (): void => {
      running -= 1;
      beginNext();
    };
    look.known.then(end, end);
    look.begin();
  };
  return async (transactionId) => {
    next ??= prepare();
    const { ids, known } = next;
    ids.add(transactionId);
    beginNext();
    return (await known).has(transactionId);
  };
};
