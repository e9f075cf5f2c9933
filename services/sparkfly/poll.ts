import { createHash } from 'node:crypto';
import type { Pool, Queryable } from '../../db/pool.js';
import { moveSparkflyPoll, readSparkflyPoll } from '../../db/sparkfly-polls.js';
import {
  beginWalk,
  isBehind,
  type ListingWalk,
  walkPage,
} from '../../domain/alerts/listing-walk.js';
import { atPresent, type Context } from '../context.js';
import { takePage } from './pages.js';

/** How far a poll has come; plain data, with which another process can go on. */
export interface PollProgress {
  /** When it began, in milliseconds since 1970, as everything here. */
  readonly beganAtMs: number;
  /** What lies behind this need not be read; null: all pages are. */
  readonly sinceMs: number | null;
  /** To be read next, from 1. */
  readonly page: number;
  readonly walk: ListingWalk;
  /** The latest instant on anything that was read. */
  readonly latestMs: number | null;
  /** A hash of the latest page, by which a listing that has no pages is known. */
  readonly lastPage: string | null;
  readonly read: number;
  readonly taken: number;
  readonly moved: number;
  /** Entries with a text that was cut; undefined in what an earlier release had begun. */
  readonly cut?: number;
  readonly unreadable: number;
  /** Of the first entry that could not be read: a code and a path. */
  readonly fault: string | null;
}

/**
 * Plans a poll of Sparkfly's listing: all of it at first and every `walkEveryMs`, else back to
 * `overlapMs` before the latest instant that was seen.
 */
const planPoll = async ({
  db,
  settings,
  now,
}: Context<'settings' | 'now'>): Promise<PollProgress> => {
  const { overlapMs, walkEveryMs } = settings.sparkfly;
  const { seen_until: seen, walked_at: walked } = await readSparkflyPoll(db);
  const beganAtMs = now.getTime();
  const isWalkDue = walked === null || beganAtMs - walked.getTime() >= walkEveryMs;
  return {
    beganAtMs,
    sinceMs: isWalkDue || seen === null ? null : seen.getTime() - overlapMs,
    page: 1,
    walk: beginWalk(),
    latestMs: null,
    lastPage: null,
    read: 0,
    taken: 0,
    moved: 0,
    unreadable: 0,
    fault: null,
  };
};

/** Half a million alerts at the usual 50; what has more pages hardly has an end. */
const pagesMax = 10_000;

/** One page of the listing, from 1; see the partner's client. */
type ReadPage = (page: number) => Promise<{
  readonly entries: readonly unknown[];
  readonly isLast: boolean;
  /** Whether the number of pages was told. */
  readonly isCounted: boolean;
}>;

/** A poll takes minutes, so it asks for the time at each page. */
type PollContext = Context<'vault' | 'settings', Pool> & {
  readonly now: () => Date;
  readonly readPage: ReadPage;
  /** Told after each page: with it, another process can go on. */
  readonly onProgress: (progress: PollProgress) => void;
};

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
  context: PollContext,
  before: PollProgress,
  entries: readonly unknown[],
): Promise<{ readonly after: PollProgress; readonly isBehind: boolean }> => {
  const page = await takePage(atPresent(context), entries);
  const { instants, unreadable } = page;
  const walk = walkPage(before.walk, instants);
  const after = {
    ...before,
    page: before.page + 1,
    walk,
    lastPage: hashOf(entries),
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
 * Notes how far a poll has read, whose pages have all been taken in. An instant that lies ahead of
 * our clock counts as the poll's own: it must not hide what comes after it.
 */
const closePoll = async (
  db: Queryable,
  { beganAtMs, latestMs, walkedAll }: PollProgress & { readonly walkedAll: boolean },
): Promise<void> =>
  moveSparkflyPoll(db, {
    seenUntil: latestMs === null ? null : new Date(Math.min(latestMs, beganAtMs)),
    walkedAt: walkedAll ? new Date(beganAtMs) : null,
  });

/**
 * Reads Sparkfly's listing page by page and takes in what it holds; the database is not held while
 * a page is on its way. `resumed` is where an earlier attempt came to: entries that have moved to
 * later pages since are read twice, which changes nothing. How far it has read moves at the end
 * alone. Throws what `readPage` throws.
 */
export const pollListing = async (
  context: PollContext,
  resumed: PollProgress | undefined,
): Promise<ClosedPoll> => {
  let progress = resumed ?? (await planPoll(atPresent(context)));
  let isDone = false;
  let isEnd = false;
  while (!isDone && progress.page <= pagesMax) {
    const { entries, isLast, isCounted } = await context.readPage(progress.page);
    // Whoever knows no pages gives the same for each number.
    const isSame = !isCounted && hashOf(entries) === progress.lastPage;
    const { after, isBehind: isOver } = await takeIn(context, progress, entries);
    progress = after;
    isEnd = isLast || isSame;
    isDone = isEnd || isOver;
    context.onProgress(progress);
  }
  const walkedAll = isEnd || progress.sinceMs === null;
  const closed = { ...progress, pages: progress.page - 1, walkedAll, isCut: !isDone };
  await closePoll(context.db, closed);
  return closed;
};
