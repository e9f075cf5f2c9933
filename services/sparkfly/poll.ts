import { createHash } from 'node:crypto';
import type { Settings } from '../../contracts/settings.js';
import type { Pool } from '../../db/pool.js';
import { isBehind, walkPage } from '../../domain/alerts/listing-walk.js';
import type { Vault } from '../ports.js';
import { closePoll } from './close-poll.js';
import { planPoll, type PollProgress } from './plan-poll.js';
import { takePage } from './take-page.js';
import { dayMs } from '../../domain/utc-day.js';

/** Half a million alerts at the usual 50; what has more pages hardly has an end. */
const pagesMax = 10_000;

/** One page of the listing, from 1; see the partner's client. */
export type ReadPage = (page: number) => Promise<{
  readonly entries: readonly unknown[];
  readonly isLast: boolean;
  /** Whether the number of pages was told. */
  readonly isCounted: boolean;
}>;

export interface PollDeps {
  readonly pool: Pool;
  readonly vault: Vault;
  readonly settings: Pick<Settings, 'sparkfly' | 'alerts'>;
  readonly now: () => Date;
  readonly readPage: ReadPage;
  /** Told after each page: with it, another process can go on. */
  readonly onProgress: (progress: PollProgress) => void;
}

/** A poll that is done. */
export interface ClosedPoll extends PollProgress {
  readonly pages: number;
  readonly walkedAll: boolean;
  /** It ended at the bound of pages, and not at the end of the listing. */
  readonly isCut: boolean;
}

const later = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

/** A fingerprint: pages are compared, never kept. */
const hashOf = (entries: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(entries)).digest('base64');

const takeIn = async (
  { pool, vault, settings, now }: PollDeps,
  before: PollProgress,
  entries: readonly unknown[],
): Promise<{ readonly after: PollProgress; readonly isBehind: boolean }> => {
  const at = now();
  const keptSince = new Date(at.getTime() - settings.alerts.retentionDays * dayMs);
  const page = await takePage({ pool, vault, keptSince }, entries, at);
  const { instants, unreadable } = page;
  const walk = walkPage(before.walk, instants);
  const after = {
    ...before,
    ...{ page: before.page + 1, walk, lastPage: hashOf(entries) },
    latestMs: instants.reduce((latest, { latestMs }) => later(latest, latestMs), before.latestMs),
    read: before.read + entries.length,
    taken: before.taken + page.taken,
    moved: before.moved + page.moved,
    cut: (before.cut ?? 0) + page.cut,
    unreadable: before.unreadable + unreadable.length,
    fault: before.fault ?? unreadable[0] ?? null,
  };
  const { sinceMs } = before;
  return { after, isBehind: sinceMs !== null && isBehind(walk, instants, sinceMs) };
};

/**
 * Reads Sparkfly's listing page by page and takes in what it holds; the database is not held while
 * a page is on its way. `resumed` is where an earlier attempt came to: entries that have moved to
 * later pages since are read twice, which changes nothing. How far it has read moves at the end
 * alone. Throws `TemporarilyUnavailable`, and what `readPage` throws.
 */
export const pollListing = async (
  deps: PollDeps,
  resumed: PollProgress | undefined,
): Promise<ClosedPoll> => {
  let progress = resumed ?? (await planPoll(deps.pool, deps.settings.sparkfly, deps.now()));
  let isDone = false;
  let isEnd = false;
  while (!isDone && progress.page <= pagesMax) {
    const { entries, isLast, isCounted } = await deps.readPage(progress.page);
    // Whoever knows no pages gives the same for each number.
    const isSame = !isCounted && hashOf(entries) === progress.lastPage;
    const { after, isBehind: isOver } = await takeIn(deps, progress, entries);
    progress = after;
    isEnd = isLast || isSame;
    isDone = isEnd || isOver;
    deps.onProgress(progress);
  }
  const walkedAll = isEnd || progress.sinceMs === null;
  const closed = { ...progress, pages: progress.page - 1, walkedAll, isCut: !isDone };
  await closePoll(deps.pool, closed);
  return closed;
};
