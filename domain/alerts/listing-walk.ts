/** The instants of one entry of a listing, in milliseconds; null where it tells none. */
export interface ListedInstants {
  readonly createdAtMs: number | null;
  /** The later of when it was raised and when it changed. */
  readonly latestMs: number | null;
}

/** What the pages of a listing have shown of its order by one kind of instant. */
interface OrderSeen {
  /** Nothing contradicts newest first. */
  readonly mayBeNewestFirst: boolean;
  /** Something older has followed something newer. */
  readonly hasFallen: boolean;
  /** The first instant of the page before. */
  readonly pageBeganMs: number | null;
}

/** How far a walk over the pages of a listing has come; plain data. */
export interface ListingWalk {
  readonly byCreated: OrderSeen;
  readonly byLatest: OrderSeen;
}

const unseen: OrderSeen = { mayBeNewestFirst: true, hasFallen: false, pageBeganMs: null };

export const beginWalk = (): ListingWalk => ({ byCreated: unseen, byLatest: unseen });

/**
 * Compares within a page, and each page's beginning with that of the page before: what appears on
 * page 1 meanwhile pushes entries over to later pages, which is no other order.
 */
const look = (seen: OrderSeen, instants: readonly (number | null)[]): OrderSeen => {
  const [first] = instants;
  if (first === undefined) return seen;
  let { mayBeNewestFirst, hasFallen } = seen;
  const compare = (before: number | null, after: number | null): void => {
    if (before === null || after === null || after > before) mayBeNewestFirst = false;
    else if (after < before) hasFallen = true;
  };
  if (seen.pageBeganMs !== null) compare(seen.pageBeganMs, first);
  instants.slice(1).forEach((instant, index) => compare(instants[index] ?? null, instant));
  return { mayBeNewestFirst, hasFallen, pageBeganMs: first };
};

/** Takes a further page into account. */
export const walkPage = (walk: ListingWalk, page: readonly ListedInstants[]): ListingWalk => ({
  byCreated: look(
    walk.byCreated,
    page.map(({ createdAtMs }) => createdAtMs),
  ),
  byLatest: look(
    walk.byLatest,
    page.map(({ latestMs }) => latestMs),
  ),
});

const isNewestFirst = ({ mayBeNewestFirst, hasFallen }: OrderSeen): boolean =>
  mayBeNewestFirst && hasFallen;

/**
 * Whether nothing later than `sinceMs` is to be expected behind the latest page of a walk: it told
 * nothing later, and the pages so far came newest first. An order that nothing shows yet, as of
 * entries of one instant, is not taken for one.
 */
export const isBehind = (
  walk: ListingWalk,
  page: readonly ListedInstants[],
  sinceMs: number,
): boolean =>
  (isNewestFirst(walk.byCreated) || isNewestFirst(walk.byLatest)) &&
  page.every(({ createdAtMs, latestMs }) => createdAtMs !== null && (latestMs ?? 0) < sinceMs);
