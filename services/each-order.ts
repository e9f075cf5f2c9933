import type { SourcePage, SourcePlace } from '../db/backtest-source.js';

/** Orders read at a time; some ten megabytes. */
const pageSize = 1000;

/** Orders worked on concurrently, to keep the database connections busy. */
const togetherMax = 8;

interface OrdersToRead<Order> {
  /** The place before the first order. */
  readonly after: SourcePlace;
  /** Reads the first `limit` orders after a place. */
  readonly readPage: (after: SourcePlace, limit: number) => Promise<SourcePage<Order>>;
  /** Stops the work between two batches of orders. */
  readonly signal: AbortSignal;
}

interface OrderWork<Order, Result> {
  readonly onPage: (page: SourcePage<Order>) => void;
  readonly work: (order: Order) => Promise<Result>;
  /** Gets each order with its result, in the order of time. */
  readonly take: (order: Order, result: Result) => void;
}

/** Works on every order of a range, page by page. Throws the signal's reason. */
export const eachOrder = async <Order, Result>(
  { after: first, readPage, signal }: OrdersToRead<Order>,
  { onPage, work, take }: OrderWork<Order, Result>,
): Promise<void> => {
  let after: SourcePlace | null = first;
  while (after !== null) {
    signal.throwIfAborted();
    const page: SourcePage<Order> = await readPage(after, pageSize);
    onPage(page);
    for (let at = 0; at < page.orders.length; at += togetherMax) {
      signal.throwIfAborted();
      const some = page.orders.slice(at, at + togetherMax);
      const done = await Promise.all(
        some.map(async (order) => [order, await work(order)] as const),
      );
      for (const [order, result] of done) take(order, result);
    }
    after = page.next;
  }
};
