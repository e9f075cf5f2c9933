/** The times of one entry of a listing, in milliseconds; null where the entry has none. */
export interface ListedInstants {
  readonly createdAtMs: number | null;
  /** The later of its creation and its last change. */
  readonly latestMs: number | null;
}

/** What the pages read so far show about the sort order by one kind of time. */
interface SortOrder {
  /** No entry contradicts newest first. */
  readonly mayBeNewestFirst: boolean;
  /** At least one older entry followed a newer one. */
  readonly hasFallen: boolean;
  /** The first time on the previous page. */
  readonly pageBeganMs: number | null;
}

/** The progress of a walk over the pages of a listing; plain data. */
export interface ListingWalk {
  readonly byCreated: SortOrder;
  readonly byLatest: SortOrder;
}

const unknownOrder: SortOrder = { mayBeNewestFirst: true, hasFallen: false, pageBeganMs: null };

export const beginWalk = (): ListingWalk => ({ byCreated: unknownOrder, byLatest: unknownOrder });

/**
 * Compares within a page, and the first entry with that of the previous page. It does not compare
 * across page ends: an entry that appears on page 1 meanwhile shifts others to later pages.
 */
const comparePage = (order: SortOrder, instants: readonly (number | null)[]): SortOrder => {
  const [first] = instants;
  if (first === undefined) return order;
  let { mayBeNewestFirst, hasFallen } = order;
  const compare = (before: number | null, after: number | null): void => {
    if (before === null || after === null || after > before) mayBeNewestFirst = false;
    else if (after < before) hasFallen = true;
  };
  if (order.pageBeganMs !== null) compare(order.pageBeganMs, first);
  instants.slice(1).forEach((instant, index) => compare(instants[index] ?? null, instant));
  return { mayBeNewestFirst, hasFallen, pageBeganMs: first };
};

/** Adds the next page to the walk. */
export const walkPage = (walk: ListingWalk, page: readonly ListedInstants[]): ListingWalk => ({
  byCreated: comparePage(
    walk.byCreated,
    page.map(({ createdAtMs }) => createdAtMs),
  ),
  byLatest: comparePage(
    walk.byLatest,
    page.map(({ latestMs }) => latestMs),
  ),
});

const isNewestFirst = ({ mayBeNewestFirst, hasFallen }: SortOrder): boolean =>
  mayBeNewestFirst && hasFallen;

/**
 * Whether all entries after this page are older than `sinceMs`: the page holds nothing later, and
 * the pages so far were sorted newest first. Entries that all have one time prove no sort order.
 */
export const isBehind = (
  walk: ListingWalk,
  page: readonly ListedInstants[],
  sinceMs: number,
): boolean =>
  (isNewestFirst(walk.byCreated) || isNewestFirst(walk.byLatest)) &&
  page.every(({ createdAtMs, latestMs }) => createdAtMs !== null && (latestMs ?? 0) < sinceMs);
