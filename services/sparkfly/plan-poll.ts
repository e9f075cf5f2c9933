import type { SparkflySettings } from '../../contracts/partner-settings.js';
import type { Queryable } from '../../db/pool.js';
import { readSparkflyPoll } from '../../db/sparkfly-polls.js';
import { beginWalk, type ListingWalk } from '../../domain/alerts/listing-walk.js';

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
 * `overlapMs` before the latest instant that was seen. Throws `TemporarilyUnavailable`.
 */
export const planPoll = async (
  db: Queryable,
  { overlapMs, walkEveryMs }: Pick<SparkflySettings, 'overlapMs' | 'walkEveryMs'>,
  now: Date,
): Promise<PollProgress> => {
  const { seen_until: seen, walked_at: walked } = await readSparkflyPoll(db);
  const beganAtMs = now.getTime();
  const isWalkDue = walked === null || beganAtMs - walked.getTime() >= walkEveryMs;
  return {
    beganAtMs,
    sinceMs: isWalkDue || seen === null ? null : seen.getTime() - overlapMs,
    ...{ page: 1, walk: beginWalk(), latestMs: null, lastPage: null },
    ...{ read: 0, taken: 0, moved: 0, unreadable: 0, fault: null },
  };
};
